package scorefield.ncsn.metric;

import java.util.Arrays;

/**
 * Density and coverage of features (M. Naeem, S. Oh, Y. Uh, Y. Choi, J. Yoo, "Reliable Fidelity and Diversity Metrics for Generative Models",
 * 2020, arXiv 2002.09797, eqs. 5 and 6). Around each reference point lies a ball whose radius is the distance to its k-th nearest other
 * reference point.
 *
 * @param density how many balls a sample lies in, on average, over k: 1 for a perfect model, and more where samples gather where the data are
 *     dense
 * @param coverage the share of the balls that hold a sample
 */
public record DensityCoverage(double density, double coverage) {

    /** The paper's k. */
    public static final int K = 5;

    /** Compares samples, n×D, with a reference, m×D. */
    public static DensityCoverage of(double[][] samples, double[][] reference, int k) {
        Rows.requireComparable(samples, reference, 1);
        Table real = Table.of(reference);
        double[] radii = Arrays.stream(Neighbours.nearestOthers(real, k).farthest())
                .map(radius -> radius * radius)
                .toArray();
        long[] inside = new long[reference.length];
        SquaredDistances.visit(real, Table.of(samples), (i, from, squares, width) -> {
            for (int j = 0; j < width; j++) {
                if (squares[j] <= radii[i]) {
                    inside[i]++;
                }
            }
        });
        double density = Arrays.stream(inside).sum() / ((double) k * samples.length);
        double covered = Arrays.stream(inside).filter(count -> count > 0).count();
        return new DensityCoverage(density, covered / reference.length);
    }
}
