package scorefield.ncsn.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Optional<Tensor> augmentation;

    Weights(List<Parameter> parameters, Tensor flat) {
        tensors = new LinkedHashMap<>();
        dropout = Dropout.NONE;
        augmentation = Optional.empty();
        Tensor vector = flat.reshape(flat.shape().size());
        for (Parameter parameter : parameters) {
            Tensor part = vector.slice(0, parameter.offset(), parameter.end());
            // The reshape is needed even if the shape is already right, so that the name goes to a new node and never
            // to the flat vector itself.
            tensors.put(parameter, new Tensor(new Reshape(parameter.shape()), List.of(part)).named(parameter.name()));
        }
    }

    private Weights(Map<Parameter, Tensor> tensors, Dropout dropout, Optional<Tensor> augmentation) {
        this.tensors = tensors;
        this.dropout = dropout;
        this.augmentation = augmentation;
    }

    /** The same weights for training: a network that they are given to drops some of its numbers. */
    public Weights with(Dropout forTraining) {
        return new Weights(tensors, forTraining, augmentation);
    }

    /**
     * The same weights for training on augmented images: a network that they are given to is told what was done to each.
     *
     * @param labels N×labels, one row for each sample of the batch that the network is given
     */
    public Weights toldOfAugmentation(Tensor labels) {
        return new Weights(tensors, dropout, Optional.of(labels));
    }

    /** What was done to each sample; empty but in training. */
    Optional<Tensor> augmentation() {
        return augmentation;
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
