package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/** The initialisation of a parameter. */
public sealed interface Initial {

    /** Zero everywhere. */
    Initial ZERO = new Fill(0);

    /** One everywhere. */
    Initial ONE = new Fill(1);

    /**
     * The numbers.
     *
     * @param state the state of the random number generator, INT[4]
     * @param stream the stream of random numbers
     */
    Tensor numbers(Shape shape, Tensor state, int stream);

    /** The same number everywhere. */
    record Fill(double value) implements Initial {
        @Override
        public Tensor numbers(Shape shape, Tensor state, int stream) {
            return Tensor.fill(shape, value);
        }
    }

    /** Independent and uniform on (−bound, bound). */
    record Uniform(double bound) implements Initial {
        @Override
        public Tensor numbers(Shape shape, Tensor state, int stream) {
            return Tensor.randomUniform(shape, state, stream).times(2).minus(1).times(bound);
        }
    }

    /**
     * Uniform with variance 2/(fanIn + fanOut), which keeps the size of activations and of gradients about the same from layer to layer
     * (Glorot &amp; Bengio 2010, equation 16).
     *
     * @param fanIn the number of inputs of each output
     * @param fanOut the number of outputs that each input contributes to
     */
    static Initial glorot(int fanIn, int fanOut) {
        return new Uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
    }
}
