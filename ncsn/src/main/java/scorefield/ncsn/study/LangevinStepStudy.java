package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.sampler.LangevinDynamics;

/**
 * The effect of the step size α and the number of steps T on Langevin dynamics. For N(0, τ²), s(x) = −x/τ², a step is
 *
 * <pre>x ← c·x + √α·z,   c = 1 − α/(2τ²)</pre>
 *
 * <p>so a chain that starts at 0 has, after T steps, a normal distribution with variance α·(1 − c²ᵀ)/(1 − c²). For α
 * &lt; 4τ² it converges to
 *
 * <pre>α/(1 − c²) = τ²/(1 − α/(4τ²))</pre>
 *
 * <p>which is not τ²: the variance of the chain's stationary distribution is too large by about α/4. For α ≥ 4τ² there
 * is no stationary distribution. So a large α misses the distribution for any T, and a small α does not converge within
 * T steps; the best α is between them, and is smaller for larger T. The study shows this for a Gaussian, where
 * everything is known, and for a mixture, by the sliced Wasserstein distance from exact samples.
 */
public final class LangevinStepStudy implements Study {

    private static final double VARIANCE = 0.49;

    /** α/τ². The last one is beyond the limit of 4. */
    private static final double[] RELATIVE = {0.05, 0.2, 0.5, 1, 2, 3, 3.5, 4.2};

    /**
     * T. After the last, the variance is within 4·10⁻⁵ of the stationary one even for the smallest α; this is a
     * hundredth of a standard error.
     */
    private static final int[] WATCHED = {1, 3, 10, 30, 100, 200};

    /** Two components that are near enough for chains to cross between them. */
    private static final GaussianMixture MIXTURE = GaussianMixture.of(
            new double[] {0.3, 0.7},
            List.of(
                    Gaussian.isotropic(new double[] {-0.8, -0.4}, 0.6),
                    Gaussian.isotropic(new double[] {0.8, 0.4}, 0.6)));

    /** α for the mixture, up to near its limit of 4·0.36. */
    private static final double[] STEPS = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1};

    private static final int DIRECTIONS = 50;

    private final int chains;
    /** T for the mixture. */
    private final int[] lengths;

    private final Move move;

    /** The study at its full size: 50,000 chains for the Gaussian; for the mixture 2500, of up to 1000 steps. */
    public LangevinStepStudy() {
        this(50_000, 1000, LangevinDynamics::step);
    }

    /**
     * @param chains the number of chains for the Gaussian; the mixture has a twentieth as many
     * @param longest the largest T for the mixture; the others are a tenth and a hundredth of it
     * @param move the step that should be a step of Langevin dynamics
     */
    LangevinStepStudy(int chains, int longest, Move move) {
        this.chains = chains;
        this.lengths = new int[] {longest / 100, longest / 10, longest};
        this.move = move;
    }

    @Override
    public String name() {
        return "langevin-step";
    }

    @Override
    public String claim() {
        return "A chain with step size α has its own stationary distribution, for a Gaussian with variance τ²/(1 − α/(4τ²)). So a step that is"
                + " too large misses the distribution for any number of steps, and one that is too small does not reach it.";
    }

    @Override
    public String formula() {
        return "x ← x − (α/2)·x/τ² + √α·z   has variance   τ²/(1 − α/(4τ²))";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, equation 4; the recursion: Song & Ermon 2020, arXiv 2006.09011, proposition 3";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        gaussian(laboratory, notebook);
        mixture(laboratory, notebook);
    }

    // ---- a Gaussian

    /** The variance after T steps from 0 of a chain for N(0, variance). */
    static double variance(double variance, double alpha, int steps) {
        double c = 1 - alpha / (2 * variance);
        return alpha * (1 - Math.pow(c, 2.0 * steps)) / (1 - c * c);
    }

    void gaussian(Laboratory laboratory, Notebook notebook) {
        ScoreFunction score = (x, sigma) -> x.times(-1 / VARIANCE);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        List<Figure.Mark> distances = new ArrayList<>();
        double[] settled = new double[RELATIVE.length];
        double worst = 0;
        try (LangevinDynamics dynamics = new LangevinDynamics(laboratory.device(), score, Shape.of(chains, 1))) {
            for (int k = 0; k < RELATIVE.length; k++) {
                double alpha = RELATIVE[k] * VARIANCE;
                double[] measured = watch(dynamics, laboratory.seed("gaussian"), k, alpha);
                double[] distance = new double[WATCHED.length];
                for (int i = 0; i < WATCHED.length; i++) {
                    double expected = variance(VARIANCE, alpha, WATCHED[i]);
                    // The variance of n normal numbers with known mean 0 has the relative standard error √(2/n).
                    double deviation = (measured[i] / expected - 1) / Math.sqrt(2.0 / chains);
                    worst = Math.max(worst, Math.abs(deviation));
                    distance[i] = Math.abs(Math.sqrt(measured[i]) - Math.sqrt(VARIANCE));
                }
                int last = WATCHED.length - 1;
                double expected = variance(VARIANCE, alpha, WATCHED[last]);
                settled[k] = measured[last] / VARIANCE;
                rows.put(
                        "α = " + RELATIVE[k] + "·τ²",
                        List.of(
                                measured[last] / VARIANCE,
                                expected / VARIANCE,
                                (measured[last] / expected - 1) / Math.sqrt(2.0 / chains)));
                if (RELATIVE[k] < 4) {
                    distances.add(new Figure.Line(
                            "α = " + RELATIVE[k] + "·τ²",
                            Arrays.stream(WATCHED).asDoubleStream().toArray(),
                            distance));
                }
            }
        }
        notebook.table(new Notebook.Table(
                "Variance after " + WATCHED[WATCHED.length - 1] + " steps, in units of τ²",
                List.of("", "measured", "predicted", "difference in standard errors"),
                rows));
        notebook.atMost(
                "the chain's variance is as predicted for all α, below and above 4τ², and all T: largest deviation in standard errors",
                worst,
                4);
        notebook.figure(variances(settled));
        notebook.figure(new Figure(
                "gaussian-distance",
                "A Gaussian: distance of the chains' distribution from it",
                Figure.Axis.logarithmic("steps T"),
                Figure.Axis.logarithmic("Wasserstein distance |√v − τ|"),
                distances));
    }

    /** The mean square of chains that start at 0, after each of the watched numbers of steps. */
    private double[] watch(LangevinDynamics dynamics, long seed, int sequence, double alpha) {
        double[] squares = new double[WATCHED.length];
        dynamics.seed(seed, sequence);
        dynamics.startAt(Values.fill(dynamics.batch(), 0));
        int t = 0;
        for (int i = 0; i < WATCHED.length; i++) {
            for (; t < WATCHED[i]; t++) {
                move.apply(dynamics, 0, alpha);
            }
            squares[i] = Arrays.stream(dynamics.x().doubles())
                    .map(x -> x * x)
                    .average()
                    .orElseThrow();
        }
        return squares;
    }

    private static Figure variances(double[] settled) {
        int stable = RELATIVE.length - 1;
        double[] at = new double[100];
        double[] predicted = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = 3.6 * i / (at.length - 1);
            predicted[i] = 1 / (1 - at[i] / 4);
        }
        return new Figure(
                "stationary-variance",
                "A Gaussian: the stationary variance of the chain",
                Figure.Axis.linear("α/τ²"),
                Figure.Axis.linear("variance/τ²"),
                List.of(
                        new Figure.Line("1/(1 − α/(4τ²))", at, predicted),
                        new Figure.Dots("measured", Arrays.copyOf(RELATIVE, stable), Arrays.copyOf(settled, stable))));
    }

    // ---- a mixture

    private void mixture(Laboratory laboratory, Notebook notebook) {
        int n = chains / 20;
        double[][] exact = MIXTURE.sample(n, laboratory.seed("exact"));
        // The distance between two samples of the mixture itself: it is not 0, because n is finite.
        double[] own = new double[20];
        for (int i = 0; i < own.length; i++) {
            own[i] = distance(MIXTURE.sample(n, laboratory.seed("own " + i)), exact, laboratory);
        }
        double mean = Arrays.stream(own).average().orElseThrow();
        double deviation =
                Math.sqrt(Arrays.stream(own).map(d -> (d - mean) * (d - mean)).sum() / (own.length - 1));
        double threshold = mean + 4 * deviation;
        notebook.number("sliced Wasserstein distance between two samples of the mixture", mean);
        notebook.number("its standard deviation", deviation);

        double[][] distances = distances(laboratory, exact, n);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (int i = 0; i < STEPS.length; i++) {
            int step = i;
            rows.put(
                    "α = " + STEPS[i],
                    Arrays.stream(distances).map(of -> of[step]).toList());
        }
        notebook.table(new Notebook.Table(
                "A mixture: sliced Wasserstein distance from exact samples",
                List.of("", "T = " + lengths[0], "T = " + lengths[1], "T = " + lengths[2]),
                rows));
        double[] longest = distances[lengths.length - 1];
        String after = "T = " + lengths[lengths.length - 1];
        notebook.atMost(
                "a mixture, " + after
                        + ", the best α: the chains' distance is that of exact samples (limit: their mean plus four"
                        + " standard deviations)",
                Arrays.stream(longest).min().orElseThrow(),
                threshold);
        notebook.atLeast(after + ", α = " + STEPS[0] + ": not yet converged", longest[0], threshold);
        notebook.atLeast(
                after + ", α = " + STEPS[STEPS.length - 1] + ": converged to another distribution",
                longest[STEPS.length - 1],
                threshold);
        notebook.atLeast(
                "T = " + lengths[0] + ": too few steps for any α",
                Arrays.stream(distances[0]).min().orElseThrow(),
                threshold);
        List<Figure.Mark> marks = new ArrayList<>();
        for (int k = 0; k < lengths.length; k++) {
            marks.add(new Figure.Line("T = " + lengths[k], STEPS, distances[k]));
        }
        marks.add(new Figure.Line(
                "exact samples", new double[] {STEPS[0], STEPS[STEPS.length - 1]}, new double[] {mean, mean}));
        notebook.figure(new Figure(
                "mixture-distance",
                "A mixture: distance of the chains from exact samples",
                Figure.Axis.logarithmic("step size α"),
                Figure.Axis.logarithmic("sliced Wasserstein distance"),
                marks));
    }

    /** For each length and each step size, the distance from exact samples of chains that start at (3, 3). */
    private double[][] distances(Laboratory laboratory, double[][] exact, int n) {
        double[][] distances = new double[lengths.length][STEPS.length];
        try (LangevinDynamics dynamics =
                new LangevinDynamics(laboratory.device(), new MixtureScore(MIXTURE), Shape.of(n, 2))) {
            for (int i = 0; i < STEPS.length; i++) {
                dynamics.seed(laboratory.seed("mixture"), i);
                dynamics.startAt(Values.fill(dynamics.batch(), 3));
                int t = 0;
                for (int k = 0; k < lengths.length; k++) {
                    for (; t < lengths[k]; t++) {
                        move.apply(dynamics, 0, STEPS[i]);
                    }
                    distances[k][i] = distance(rows(dynamics.x()), exact, laboratory);
                }
            }
        }
        return distances;
    }

    private static double distance(double[][] points, double[][] exact, Laboratory laboratory) {
        return SlicedWasserstein.distance(points, exact, DIRECTIONS, laboratory.seed("directions"));
    }

    private static double[][] rows(Values points) {
        double[][] rows = new double[points.shape().dim(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {points.get(2 * i), points.get(2 * i + 1)};
        }
        return rows;
    }
}
