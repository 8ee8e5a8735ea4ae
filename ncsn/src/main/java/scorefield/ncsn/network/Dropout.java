package scorefield.ncsn.network;

import java.util.HashMap;
import java.util.Map;
import scorefield.autodiff.Tensor;

/**
 * Dropout (Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"), which is part of training only: each
 * number of a layer is replaced by 0 with probability p, and otherwise divided by 1−p, so that its mean stays the same.
 *
 * <p>{@link Weights} carry it to the layers.
 */
@FunctionalInterface
public interface Dropout {

    /** For everything but training: all numbers stay as they are, and the graph has no node more. */
    Dropout NONE = (layer, x) -> x;

    /**
     * The numbers of a layer, some of them dropped.
     *
     * @param layer the layer's name
     */
    Tensor apply(String layer, Tensor x);

    /**
     * Dropout by the device's generator.
     *
     * <p>The mask is a function of the generator's state, the shape, and the place of the layer among those that were applied first. So a network that an objective evaluates several
     * times in one step is the same function each time, and differences between its values are not those between two masks.
     *
     * @param probability p, at least 0 and less than 1
     * @param state the state of the generator, INT[4]; another state drops other numbers
     * @param firstStream the generator's stream for the first layer; each further layer uses the next one
     */
    static Dropout of(double probability, Tensor state, int firstStream) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException(
                    "the probability of dropout must be at least 0 and less than 1; got " + probability);
        }
        if (probability == 0) {
            return NONE;
        }
        double kept = 1 - probability;
        Map<String, Integer> streams = new HashMap<>();
        return (layer, x) -> {
            streams.putIfAbsent(layer, firstStream + streams.size());
            Tensor mask =
                    Tensor.randomUniform(x.shape(), state, streams.get(layer)).lessThan(Tensor.scalar(kept));
            return x.times(mask.over(kept)).named(layer);
        };
    }
}
