package scorefield.ncsn.objective;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The source of an objective's random numbers, such as noise and projections. Each call returns new numbers.
 *
 * <p>It is a parameter, so that training can use the device's generator and a test a list of given numbers.
 */
public interface Draws {

    /** Independent numbers from N(0, 1). */
    Tensor normal(Shape shape);

    /** Independent numbers, uniform on (0, 1). */
    Tensor uniform(Shape shape);

    /**
     * Numbers from the device's generator, Philox4x32-10.
     *
     * @param state the state of the generator, INT[4]; another state gives other numbers
     * @param firstStream the generator's stream for the first draw; each further draw uses the next stream
     */
    static Draws of(Tensor state, int firstStream) {
        return new Draws() {
            private int stream = firstStream;

            @Override
            public Tensor normal(Shape shape) {
                return Tensor.randomNormal(shape, state, stream++);
            }

            @Override
            public Tensor uniform(Shape shape) {
                return Tensor.randomUniform(shape, state, stream++);
            }
        };
    }

    /** Given numbers, returned in this order. */
    static Draws given(Tensor... numbers) {
        return new Draws() {
            private final Deque<Tensor> left = new ArrayDeque<>(List.of(numbers));

            @Override
            public Tensor normal(Shape shape) {
                Tensor next = left.poll();
                if (next == null || !next.shape().equals(shape)) {
                    throw new IllegalStateException("the objective needs numbers of shape " + shape
                            + "; the next given ones are " + (next == null ? "none" : next.shape()));
                }
                return next;
            }

            @Override
            public Tensor uniform(Shape shape) {
                return normal(shape);
            }
        };
    }
}
