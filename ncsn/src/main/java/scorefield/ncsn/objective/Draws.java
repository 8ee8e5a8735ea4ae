package scorefield.ncsn.objective;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The random numbers that an objective asks for, each time other ones: noise, projections.
 *
 * <p>Handed in, so that training takes them from the device's generator and a test from a list.
 */
public interface Draws {

    /** Independent numbers from N(0, 1). */
    Tensor normal(Shape shape);

    /** Independent numbers, uniform on (0, 1). */
    Tensor uniform(Shape shape);

    /**
     * Made on the device, by Philox4x32-10.
     *
     * @param state of the generator, INT[4]: another state, other numbers
     * @param firstStream the generator's stream for the first draw; each further draw takes the next one
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

    /** Numbers that were drawn elsewhere, handed out in this order. */
    static Draws given(Tensor... numbers) {
        return new Draws() {
            private final Deque<Tensor> left = new ArrayDeque<>(List.of(numbers));

            @Override
            public Tensor normal(Shape shape) {
                Tensor next = left.poll();
                if (next == null || !next.shape().equals(shape)) {
                    throw new IllegalStateException("numbers of shape " + shape
                            + " are asked for, but the next given are " + (next == null ? "none" : next.shape()));
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
