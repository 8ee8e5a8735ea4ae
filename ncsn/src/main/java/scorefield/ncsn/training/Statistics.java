package scorefield.ncsn.training;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * What the steps since the last reading gathered on the device, so that the host need not wait for each of them.
 *
 * <p>On the device it is one vector FLOAT[6]: the sum of the losses, the sum of the gradients' norms, the number of steps; then the guard:
 * 0 as long as all was finite, else 1, and the number of the first step that was not, in two parts of 24 bits, the most that a float holds
 * exactly.
 *
 * @param steps how many steps
 * @param loss their mean loss; NaN where there were none
 * @param gradientNorm the mean of their gradients' global norms before clipping; NaN where there were none
 * @param badStep the first step, from 0, whose loss or gradient was not finite; −1 where there was none
 */
public record Statistics(int steps, double loss, double gradientNorm, long badStep) {

    static final Shape SHAPE = Shape.of(6);

    private static final int LOSS = 0;
    private static final int NORM = 1;
    private static final int STEPS = 2;
    private static final int BAD = 3;
    private static final int BAD_HIGH = 4;
    private static final int BAD_LOW = 5;
    private static final int PART = 24;

    /** The vector after no step. */
    static Values none() {
        return Values.of(SHAPE, new float[SHAPE.size()]);
    }

    /** What {@link #after} adds where step {@code step} is bad. */
    static Values mark(long step) {
        float[] mark = new float[SHAPE.size()];
        mark[BAD] = 1;
        mark[BAD_HIGH] = step >>> PART;
        mark[BAD_LOW] = step & (1 << PART) - 1;
        return Values.of(SHAPE, mark);
    }

    /** The scalar that is 1 from the first bad step on. */
    static Tensor bad(Tensor statistics) {
        return statistics.slice(0, BAD, BAD + 1).reshape(Shape.SCALAR);
    }

    /**
     * The vector after one more step. It is written with one-hot vectors instead of slices, so that it is one pointwise computation.
     *
     * @param good scalar: 1 where this step and all before it are finite
     * @param mark this step's {@link #mark}, fed
     */
    static Tensor after(Tensor statistics, Tensor loss, Tensor norm, Tensor good, Tensor mark) {
        Tensor counted = statistics
                .plus(oneHot(LOSS).times(loss))
                .plus(oneHot(NORM).times(norm))
                .plus(oneHot(STEPS));
        Tensor marked = Tensor.select(bad(statistics), statistics, statistics.plus(mark));
        return Tensor.select(good, counted, marked);
    }

    private static Tensor oneHot(int index) {
        float[] vector = new float[SHAPE.size()];
        vector[index] = 1;
        return Tensor.constant(Values.of(SHAPE, vector));
    }

    /** What the device's vector says. */
    static Statistics of(Values vector) {
        double steps = vector.get(STEPS);
        long badStep = vector.get(BAD) == 0 ? -1 : ((long) vector.get(BAD_HIGH) << PART) + (long) vector.get(BAD_LOW);
        return new Statistics((int) steps, vector.get(LOSS) / steps, vector.get(NORM) / steps, badStep);
    }
}
