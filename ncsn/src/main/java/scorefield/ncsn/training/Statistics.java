package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * What the steps since the last reading gathered on the device, so that the host need not wait for each of them.
 *
 * <p>On the device it is one vector FLOAT[26]: the sum of the losses, the sum of the gradients' norms, the number of steps; then the guard:
 * 0 as long as all was finite, else 1, and the number of the first step that was not, in two parts of 24 bits, the most that a float holds
 * exactly; then, for each of at most ten {@link NoiseBands}, the sum of its samples' losses, and for each how many samples these are.
 *
 * @param steps how many steps
 * @param loss their mean loss; NaN where there were none
 * @param gradientNorm the mean of their gradients' global norms before clipping; NaN where there were none
 * @param lossByBand the mean loss of the samples in each of the noise levels' bands; NaN where there was none
 * @param badStep the first step, from 0, whose loss or gradient was not finite; −1 where there was none
 */
public record Statistics(int steps, double loss, double gradientNorm, List<Double> lossByBand, long badStep) {

    static final Shape SHAPE = Shape.of(6 + 2 * NoiseBands.MOST);

    private static final int LOSS = 0;
    private static final int NORM = 1;
    private static final int STEPS = 2;
    private static final int BAD = 3;
    private static final int BAD_HIGH = 4;
    private static final int BAD_LOW = 5;
    private static final int BAND_LOSSES = 6;
    private static final int BAND_SAMPLES = BAND_LOSSES + NoiseBands.MOST;

    private static final int PART = 24;

    /** Copies the losses of the bands. */
    public Statistics {
        lossByBand = List.copyOf(lossByBand);
    }

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
     * @param byBand what this step adds for the bands: {@link #byBand}
     * @param good scalar: 1 where this step and all before it are finite
     * @param mark this step's {@link #mark}, fed
     */
    static Tensor after(Tensor statistics, Tensor loss, Tensor norm, Tensor byBand, Tensor good, Tensor mark) {
        Tensor counted = statistics
                .plus(oneHot(LOSS).times(loss))
                .plus(oneHot(NORM).times(norm))
                .plus(oneHot(STEPS))
                .plus(byBand);
        Tensor marked = Tensor.select(bad(statistics), statistics, statistics.plus(mark));
        return Tensor.select(good, counted, marked);
    }

    /**
     * What a batch adds for the bands: a vector like the statistics, which is zero but for the last two parts. Each sample is compared with
     * every band's borders, so that it is pointwise up to its one sum.
     *
     * @param sigma the samples' noise levels, FLOAT[B]
     * @param losses the samples' losses, FLOAT[B]
     */
    static Tensor byBand(NoiseBands bands, Tensor sigma, Tensor losses) {
        float[] above = new float[SHAPE.size()]; // no σ is above 0 and at most 0
        float[] upTo = new float[SHAPE.size()];
        float[] counts = new float[SHAPE.size()];
        for (int band = 0; band < bands.count(); band++) {
            for (int place : new int[] {BAND_LOSSES + band, BAND_SAMPLES + band}) {
                above[place] = (float) bands.above(band);
                upTo[place] = (float) bands.upTo(band);
            }
            counts[BAND_SAMPLES + band] = 1;
        }
        Shape column = Shape.of(sigma.shape().size(), 1);
        Tensor of = sigma.reshape(column);
        Tensor inside = of.greaterThan(row(above)).times(of.lessOrEqual(row(upTo)));
        return inside.times(Tensor.select(row(counts), Tensor.scalar(1), losses.reshape(column)))
                .sum(0);
    }

    private static Tensor row(float[] numbers) {
        return Tensor.constant(Values.of(Shape.of(1, numbers.length), numbers));
    }

    private static Tensor oneHot(int index) {
        float[] vector = new float[SHAPE.size()];
        vector[index] = 1;
        return Tensor.constant(Values.of(SHAPE, vector));
    }

    /** What the device's vector says. */
    static Statistics of(Values vector, NoiseBands bands) {
        double steps = vector.get(STEPS);
        List<Double> lossByBand = new ArrayList<>();
        for (int band = 0; band < bands.count(); band++) {
            lossByBand.add(vector.get(BAND_LOSSES + band) / vector.get(BAND_SAMPLES + band));
        }
        long badStep = vector.get(BAD) == 0 ? -1 : ((long) vector.get(BAD_HIGH) << PART) + (long) vector.get(BAD_LOW);
        return new Statistics((int) steps, vector.get(LOSS) / steps, vector.get(NORM) / steps, lossByBand, badStep);
    }
}
