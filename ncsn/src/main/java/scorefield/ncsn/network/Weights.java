package scorefield.ncsn.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Reshape;

/**
 * A network's parameters as tensors: each is a slice of a flat vector, with the parameter's name.
 *
 * <p>The slices are created once and the network's graph uses them, so a gradient can be computed with respect to
 * {@link #tensors()}; {@link Parameters#flatten} concatenates such gradients. (A gradient with respect to the flat
 * vector would be the sum of as many padded vectors as there are parameters.)
 */
public final class Weights {

    private final Map<Parameter, Tensor> tensors;
    private final Dropout dropout;

    Weights(List<Parameter> parameters, Tensor flat) {
        tensors = new LinkedHashMap<>();
        dropout = Dropout.NONE;
        Tensor vector = flat.reshape(flat.shape().size());
        for (Parameter parameter : parameters) {
            Tensor part = vector.slice(0, parameter.offset(), parameter.end());
            // The reshape is needed even if the shape is already right, so that the name goes to a new node and never
            // to the flat vector itself.
            tensors.put(parameter, new Tensor(new Reshape(parameter.shape()), List.of(part)).named(parameter.name()));
        }
    }

    private Weights(Map<Parameter, Tensor> tensors, Dropout dropout) {
        this.tensors = tensors;
        this.dropout = dropout;
    }

    /** The same weights for training: a network that they are given to drops some of its numbers. */
    public Weights with(Dropout forTraining) {
        return new Weights(tensors, forTraining);
    }

    /** {@link Dropout#NONE} but in training. */
    Dropout dropout() {
        return dropout;
    }

    /**
     * One parameter.
     *
     * @throws IllegalArgumentException if the parameter belongs to another network
     */
    public Tensor get(Parameter parameter) {
        Tensor tensor = tensors.get(parameter);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "these weights have no parameter " + parameter.name() + ": they were made for another network");
        }
        return tensor;
    }

    /** All of them, in the order of the flat vector. */
    public List<Tensor> tensors() {
        return List.copyOf(tensors.values());
    }
}
