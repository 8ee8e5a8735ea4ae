package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The squared maximum mean discrepancy between samples and a reference, as in {@link KernelTwoSampleTest}, but with a bandwidth from the
 * reference alone (the median distance between two of its points). So the discrepancies of several samples from one reference use the same
 * kernel and can be compared.
 */
public final class KernelDiscrepancy {

    private final Table reference;
    private final double bandwidth;
    private final double within;

    /** The discrepancy from a reference of two or more points, m×D. */
    public KernelDiscrepancy(double[][] reference) {
        if (reference.length < 2) {
            throw new IllegalArgumentException(
                    "a discrepancy needs at least 2 reference points; got " + reference.length);
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
            throw new IllegalArgumentException(
                    "more than half of all pairs of the reference's " + m
                            + " points coincide, so their median distance, the bandwidth, is 0; use a reference with distinct points");
        }
        within = 2 * Arrays.stream(pairs).map(this::kernel).sum() / (m * (m - 1.0));
    }

    /** The bandwidth h of the kernel k(a, b) = exp(−‖a − b‖²/2h²). */
    public double bandwidth() {
        return bandwidth;
    }

    private double kernel(double square) {
        return Math.exp(-0.5 * square / (bandwidth * bandwidth));
    }

    /** MMD² of samples, n×D. Its mean is 0 if both come from the same distribution, so it may be negative. */
    public Measurement measure(double[][] samples, Jackknife jackknife) {
        int n = samples.length;
        if (n < 3) {
            throw new IllegalArgumentException("a discrepancy with an interval needs at least 3 points; got " + n);
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
