package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * The sliced 2-Wasserstein distance between two samples (N. Bonneel, J. Rabin, G. Peyré, H. Pfister, "Sliced and Radon Wasserstein
 * Barycenters of Measures", 2015): the square root of the mean, over directions θ on the unit sphere, of the squared 2-Wasserstein distance
 * between the samples' projections on θ.
 *
 * <p>On a line, optimal transport keeps the order, so that distance can be computed exactly: W₂² = ∫₀¹ (F⁻¹(u) − G⁻¹(u))² du over the
 * sorted numbers. In one dimension the result is W₂ itself; in D dimensions, a shift by t gives ‖t‖/√D on average over directions.
 */
public final class SlicedWasserstein {

    private SlicedWasserstein() {}

    /**
     * The distance over some random directions.
     *
     * @param x n×D
     * @param y m×D
     * @param directions their number; their contribution to the error falls as 1/√directions
     * @param seed the same seed gives the same directions, so distances with the same seed can be compared
     */
    public static double distance(double[][] x, double[][] y, int directions, long seed) {
        int d = Rows.requireComparable(x, y, 1);
        requireDirections(directions);
        double[] squares = IntStream.range(0, directions)
                .parallel()
                .mapToDouble(i -> {
                    double[] direction = direction(d, new SplitMix(seed, i));
                    return squaredOnALine(projected(x, direction), projected(y, direction));
                })
                .toArray();
        return Math.sqrt(Arrays.stream(squares).sum() / directions);
    }

    private static void requireDirections(int directions) {
        if (directions < 1) {
            throw new IllegalArgumentException("a mean over directions needs at least 1 direction; got " + directions);
        }
    }

    /** The same with an interval. */
    public static Measurement measure(double[][] x, double[][] y, int directions, long seed, Jackknife jackknife) {
        int d = Rows.requireComparable(x, y, 1);
        requireDirections(directions);
        // The projections are sorted once; a subset of them stays sorted.
        double[][] onX = new double[directions][];
        double[][] onY = new double[directions][];
        int[][] order = new int[directions][];
        IntStream.range(0, directions).parallel().forEach(i -> {
            double[] direction = direction(d, new SplitMix(seed, i));
            double[] projections = Arrays.stream(x)
                    .mapToDouble(point -> product(point, direction))
                    .toArray();
            order[i] = IntStream.range(0, x.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(point -> projections[point]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            onX[i] = projections;
            onY[i] = projected(y, direction);
        });
        return jackknife
                .measure(x.length, y.length, kept -> {
                    boolean[] there = new boolean[x.length];
                    Arrays.stream(kept).forEach(point -> there[point] = true);
                    double sum = 0;
                    for (int i = 0; i < directions; i++) {
                        sum += squaredOnALine(present(onX[i], order[i], there), onY[i]);
                    }
                    return Math.sqrt(sum / directions);
                })
                .atLeastZero();
    }

    /** The numbers of the points that are present, in this order. */
    private static double[] present(double[] numbers, int[] order, boolean[] there) {
        return Arrays.stream(order)
                .filter(point -> there[point])
                .mapToDouble(point -> numbers[point])
                .toArray();
    }

    /** Uniform on the unit sphere: a normal vector, scaled. */
    private static double[] direction(int d, SplitMix random) {
        double[] direction = new double[d];
        double squares = 0;
        for (int k = 0; k < d; k++) {
            direction[k] = random.normal();
            squares += direction[k] * direction[k];
        }
        double norm = Math.sqrt(squares);
        return Arrays.stream(direction).map(a -> a / norm).toArray();
    }

    /** θ·x for each point, in increasing order. */
    private static double[] projected(double[][] points, double[] direction) {
        return Arrays.stream(points)
                .mapToDouble(point -> product(point, direction))
                .sorted()
                .toArray();
    }

    private static double product(double[] point, double[] direction) {
        double sum = 0;
        for (int k = 0; k < direction.length; k++) {
            sum += point[k] * direction[k];
        }
        return sum;
    }

    /**
     * W₂² of two sorted samples. F⁻¹ has steps at multiples of 1/n and G⁻¹ at multiples of 1/m; between two steps both are constant. In
     * units of 1/nm, the positions of steps are integers.
     */
    private static double squaredOnALine(double[] x, double[] y) {
        long whole = (long) x.length * y.length;
        double sum = 0;
        int i = 0;
        int j = 0;
        for (long at = 0; at < whole; ) {
            long stepOfX = (i + 1L) * y.length;
            long stepOfY = (j + 1L) * x.length;
            long next = Math.min(stepOfX, stepOfY);
            sum += (next - at) * (x[i] - y[j]) * (x[i] - y[j]);
            i += next == stepOfX ? 1 : 0;
            j += next == stepOfY ? 1 : 0;
            at = next;
        }
        return sum / whole;
    }
}
