package scorefield.ncsn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Precision and recall of features (T. Kynkäänniemi, T. Karras, S. Laine, J. Lehtinen, T. Aila, "Improved Precision and Recall Metric for
 * Assessing Generative Models", 2019, arXiv 1904.06991, eqs. 1 to 3). A set of points represents the union of balls around the points; the
 * radius of each ball is the distance to the k-th nearest other point.
 *
 * @param precision the share of samples within the reference's balls: how many samples look real
 * @param recall the share of the reference within the samples' balls: how much of the real distribution the samples cover. The resamples of
 *     its interval keep the radii of the balls, and leave out balls
 */
public record PrecisionRecall(Measurement precision, Measurement recall) {

    /** The paper's k. */
    public static final int K = 3;

    /**
     * Compares samples, n×D, with a reference, m×D. A larger set has more and smaller balls, so numbers with different n or m cannot be
     * compared.
     */
    public static PrecisionRecall of(double[][] samples, double[][] reference, int k, Jackknife jackknife) {
        Rows.requireComparable(samples, reference, k + 1);
        Table drawn = Table.of(samples);
        Table real = Table.of(reference);
        double[] realRadii = squaredRadii(real, k);
        boolean[] inside = new boolean[samples.length];
        SquaredDistances.visit(drawn, real, (i, from, squares, width) -> {
            for (int j = 0; j < width; j++) {
                if (squares[j] <= realRadii[from + j]) {
                    inside[i] = true;
                }
            }
        });
        double[] drawnRadii = squaredRadii(drawn, k);
        int[][] coveredBy = new int[reference.length][0];
        SquaredDistances.visit(real, drawn, (i, from, squares, width) -> {
            int[] covering = IntStream.range(0, width)
                    .filter(j -> squares[j] <= drawnRadii[from + j])
                    .map(j -> from + j)
                    .toArray();
            int had = coveredBy[i].length;
            coveredBy[i] = Arrays.copyOf(coveredBy[i], had + covering.length);
            System.arraycopy(covering, 0, coveredBy[i], had, covering.length);
        });
        return new PrecisionRecall(
                Measurement.share(inside, reference.length),
                jackknife
                        .measure(samples.length, reference.length, kept -> covered(coveredBy, kept, samples.length))
                        .asShare());
    }

    private static double[] squaredRadii(Table points, int k) {
        return Arrays.stream(Neighbours.nearestOthers(points, k).farthest())
                .map(r -> r * r)
                .toArray();
    }

    private static double covered(int[][] coveredBy, int[] kept, int n) {
        boolean[] there = new boolean[n];
        Arrays.stream(kept).forEach(i -> there[i] = true);
        long covered = Arrays.stream(coveredBy)
                .filter(samples -> Arrays.stream(samples).anyMatch(i -> there[i]))
                .count();
        return (double) covered / coveredBy.length;
    }
}
