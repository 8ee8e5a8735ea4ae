package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The squared maximum mean discrepancy of samples from a reference, as {@link KernelTwoSampleTest} has it, with the bandwidth from the
 * reference alone (the median distance between two of its points): so that the discrepancies of several samples from one reference have one
 * kernel and can be compared.
 */
public final class KernelDiscrepancy {

    private final Table reference;
    private final double bandwidth;
    private final double within;

    /** The discrepancy from a reference of two or more points, m×D. */
    public KernelDiscrepancy(double[][] reference) {
        if (reference.length < 2) {
            throw new IllegalArgumentException("a discrepancy needs two points or more, not " + reference.length);
        }
        this.reference = Table.of(reference);
        int m = reference.length;
        double[][] squares = new double[m][m];
        SquaredDistances.visit(
                this.reference,
                this.reference,
                (i, from, row, width) -> System.arraycopy(row, 0, squares[i], from, width));
        double[] pairs = IntStream.range(0, m)
                .boxed()
                .flatMapToDouble(i -> Arrays.stream(squares[i], 0, i))
                .sorted()
                .toArray();
        bandwidth = Math.sqrt(pairs[pairs.length / 2]);
        if (bandwidth == 0) {
            throw new IllegalArgumentException("more than half of all pairs of the reference's " + m
                    + " points are at the same place, so the median distance is 0 and no bandwidth");
        }
        within = 2 * Arrays.stream(pairs).map(this::kernel).sum() / (m * (m - 1.0));
    }

    /** h, of k(a, b) = exp(−‖a − b‖²/2h²). */
    public double bandwidth() {
        return bandwidth;
    }

    private double kernel(double square) {
        return Math.exp(-0.5 * square / (bandwidth * bandwidth));
    }

    /** MMD² of samples, n×D; 0 on average where both are of one distribution, and may be below. */
    public Measurement measure(double[][] samples, Jackknife jackknife) {
        int n = samples.length;
        if (n < 3) {
            throw new IllegalArgumentException(
                    "a discrepancy needs two points or more, and one more for an interval, not " + n);
        }
        Table drawn = Table.of(samples);
        double[][] kernel = new double[n][n];
        SquaredDistances.visit(drawn, drawn, (i, from, squares, width) -> {
            for (int j = 0; j < width; j++) {
                kernel[i][from + j] = kernel(squares[j]);
            }
        });
        double[] across = new double[n];
        SquaredDistances.visit(drawn, reference, (i, from, squares, width) -> {
            for (int j = 0; j < width; j++) {
                across[i] += kernel(squares[j]) / reference.count();
            }
        });
        return jackknife.measure(n, reference.count(), kept -> {
            double own = 0;
            double others = 0;
            for (int i = 0; i < kept.length; i++) {
                double[] row = kernel[kept[i]];
                for (int j = 0; j < i; j++) {
                    own += row[kept[j]];
                }
                others += across[kept[i]];
            }
            double pairs = kept.length * (kept.length - 1.0) / 2;
            return own / pairs + within - 2 * others / kept.length;
        });
    }
}
