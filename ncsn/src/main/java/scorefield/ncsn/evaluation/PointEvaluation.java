package scorefield.ncsn.evaluation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.metric.ClassShares;
import scorefield.ncsn.metric.GridDivergence;
import scorefield.ncsn.metric.Jackknife;
import scorefield.ncsn.metric.KernelDiscrepancy;
import scorefield.ncsn.metric.Measurement;
import scorefield.ncsn.metric.SlicedWasserstein;

/**
 * Every metric of points: distances between distributions and, where the distribution is a known mixture, which share falls to each mode.
 * The kernel takes at most {@value #PAIRS} points of each side, chosen at random.
 */
public final class PointEvaluation implements Evaluation<Points> {

    private static final int PAIRS = 2000;
    private static final int DIRECTIONS = 128;
    private static final int GRID = 32;

    private static final Metric WASSERSTEIN = new Metric(
            "points.sliced-wasserstein",
            "sliced Wasserstein",
            Metric.Aim.LOW,
            "sliced 2-Wasserstein distance, over " + DIRECTIONS + " directions");
    private static final Metric MMD = new Metric(
            "points.mmd2",
            "kernel MMD²",
            Metric.Aim.LOW,
            "squared maximum mean discrepancy, Gaussian kernel, bandwidth the reference's median"
                    + " distance: if modes are far apart, it depends on their weights and places, but hardly on"
                    + " their shapes");
    private static final Metric COVERAGE = new Metric(
            "modes.coverage",
            "mode coverage",
            Metric.Aim.HIGH,
            "sum over the mixture's modes of the smaller of the samples' and the data's share");
    private static final Metric DIVERGENCE = new Metric(
            "modes.divergence",
            "mode divergence",
            Metric.Aim.LOW,
            "Jensen-Shannon divergence of the samples' shares of the modes from the data's, in nats, at most log 2");

    private static final Metric GRID_DIVERGENCE = new Metric(
            "grid.jensen-shannon",
            "Jensen-Shannon",
            Metric.Aim.LOW,
            "Jensen-Shannon divergence of histograms on " + GRID + " × " + GRID
                    + " cells, in nats; too large by what real data get, as most cells have few points");

    private final Points real;
    private final Points reference;
    private final double[][] rows;
    private final @Nullable GaussianMixture mixture;
    private final Jackknife jackknife;
    private final KernelDiscrepancy discrepancy;
    private final @Nullable GridDivergence grid;

    /**
     * An evaluation.
     *
     * @param all the real points that samples are compared with
     * @param mixture what they were drawn from, where that is known
     * @param count how many samples are expected
     */
    public PointEvaluation(Points all, @Nullable GaussianMixture mixture, int count, Jackknife jackknife) {
        Halves halves = Halves.of(all.count(), count, jackknife.seed());
        this.real = all.select(halves.real());
        this.reference = all.select(halves.reference());
        this.rows = reference.rows();
        this.mixture = mixture;
        this.jackknife = jackknife;
        this.discrepancy = new KernelDiscrepancy(some(rows));
        this.grid = all.dimension() == 2 ? new GridDivergence(rows, GRID) : null;
    }

    private double[][] some(double[][] points) {
        return Arrays.stream(Halves.some(points.length, PAIRS, jackknife.seed()))
                .mapToObj(i -> points[i])
                .toArray(double[][]::new);
    }

    @Override
    public Points real() {
        return real;
    }

    @Override
    public Points reference() {
        return reference;
    }

    @Override
    public Map<Metric, Measurement> measure(Points samples) {
        Map<Metric, Measurement> measured = new LinkedHashMap<>();
        double[][] points = samples.rows();
        measured.put(WASSERSTEIN, SlicedWasserstein.measure(points, rows, DIRECTIONS, jackknife.seed(), jackknife));
        measured.put(MMD, discrepancy.measure(some(points), jackknife));
        if (grid != null) {
            measured.put(GRID_DIVERGENCE, grid.measure(points, jackknife));
        }
        if (mixture != null) {
            measureModes(mixture, points, measured);
        }
        return measured;
    }

    private void measureModes(GaussianMixture known, double[][] points, Map<Metric, Measurement> measured) {
        int[] modes = modes(known, points);
        int[] usual = modes(known, rows);
        ClassShares shares = ClassShares.of(modes, usual, known.weights().length, jackknife);
        measured.put(COVERAGE, shares.coverage());
        measured.put(DIVERGENCE, shares.divergence());
        for (int k = 0; k < known.weights().length; k++) {
            double[] mean = known.components().get(k).mean();
            measured.put(
                    new Metric(
                            "modes.share." + k,
                            "share of mode " + (k + 1),
                            Metric.Aim.REAL,
                            String.format(
                                    Locale.ROOT,
                                    "share of points that most probably come from the mode at (%.3g, %.3g), whose"
                                            + " weight is %.3g",
                                    mean[0],
                                    mean[1],
                                    known.weights()[k])),
                    ClassShares.share(modes, k, rows.length));
        }
    }

    /** For each point the component that it most probably comes from. */
    private static int[] modes(GaussianMixture mixture, double[][] points) {
        return Arrays.stream(points)
                .parallel()
                .mapToInt(point -> {
                    double[] responsibilities = mixture.responsibilities(point);
                    int greatest = 0;
                    for (int k = 1; k < responsibilities.length; k++) {
                        greatest = responsibilities[k] > responsibilities[greatest] ? k : greatest;
                    }
                    return greatest;
                })
                .toArray();
    }
}
