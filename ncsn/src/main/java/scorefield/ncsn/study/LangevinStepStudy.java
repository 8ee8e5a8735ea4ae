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
 * What the step size α and the number of steps T do to Langevin dynamics. For N(0, τ²), s(x) = −x/τ², a step is
 *
 * <pre>x ← c·x + √α·z,   c = 1 − α/(2τ²)</pre>
 *
 * <p>so a chain that starts at 0 has, after T steps, a normal distribution with variance α·(1 − c²ᵀ)/(1 − c²). For α &lt; 4τ² that settles at
 *
 * <pre>α/(1 − c²) = τ²/(1 − α/(4τ²))</pre>
 *
 * <p>which is not τ²: the chain has a distribution of its own, too wide by about α/4. Beyond 4τ² it has none. So a large α misses the
 * distribution however large T is, a small one because it does not get there within T steps; between them is the α that serves best, and
 * it is the smaller, the larger T is. That is seen for a Gaussian, where all is known, and for a mixture, by the sliced Wasserstein distance
 * from exact samples.
 */
public final class LangevinStepStudy implements Study {

    private static final double VARIANCE = 0.49;

    /** α/τ². The last one is past the limit of 4. */
    private static final double[] RELATIVE = {0.05, 0.2, 0.5, 1, 2, 3, 3.5, 4.2};

    /** T: after the last, even the smallest α's chain has its own variance up to 4·10⁻⁵ of it, a hundredth of a standard error. */
    private static final int[] WATCHED = {1, 3, 10, 30, 100, 200};

    /** Two components near enough for chains to cross. */
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

    public LangevinStepStudy() {
        this(50_000, 1000, LangevinDynamics::step);
    }

    /**
     * @param chains for the Gaussian; there are a twentieth as many for the mixture
     * @param longest the largest T for the mixture; the others are a tenth and a hundredth of it
     * @param move what is claimed to be a step of Langevin dynamics
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
        return "A chain with step size α has a stationary distribution of its own, for a Gaussian with variance τ²/(1 − α/(4τ²)); so too large a"
                + " step misses the distribution however many steps are taken, and too small a one does not reach it.";
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
                    // The variance of n normal numbers with a known mean of 0 has the relative standard error √(2/n).
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
                List.of("", "measured", "predicted", "standard errors apart"),
                rows));
        notebook.atMost(
                "the chain's variance is the predicted one for all α, below and above 4τ², and all T: off by up to so many standard errors",
                worst,
                4);
        notebook.figure(variances(settled));
        notebook.figure(new Figure(
                "gaussian-distance",
                "A Gaussian: how far the chains' distribution is from it",
                Figure.Axis.logarithmic("steps T"),
                Figure.Axis.logarithmic("Wasserstein distance |√v − τ|"),
                distances));
    }

    /** The chains' mean square after each of the watched numbers of steps from 0. */
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
                "A Gaussian: the chain's own variance",
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
        // What the distance of a sample of the mixture itself is like: it is not 0, as n is finite.
        double[] own = new double[20];
        for (int i = 0; i < own.length; i++) {
            own[i] = distance(MIXTURE.sample(n, laboratory.seed("own " + i)), exact, laboratory);
        }
        double mean = Arrays.stream(own).average().orElseThrow();
        double deviation =
                Math.sqrt(Arrays.stream(own).map(d -> (d - mean) * (d - mean)).sum() / (own.length - 1));
        double told = mean + 4 * deviation;
        notebook.number("sliced Wasserstein distance of a sample of the mixture from another", mean);
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
                        + ", the best α: the chains cannot be told from exact samples (distance, against theirs and four"
                        + " standard deviations)",
                Arrays.stream(longest).min().orElseThrow(),
                told);
        notebook.atLeast(after + ", α = " + STEPS[0] + ": not there yet", longest[0], told);
        notebook.atLeast(
                after + ", α = " + STEPS[STEPS.length - 1] + ": settled, at something else",
                longest[STEPS.length - 1],
                told);
        notebook.atLeast(
                "T = " + lengths[0] + ": too few for any α",
                Arrays.stream(distances[0]).min().orElseThrow(),
                told);
        List<Figure.Mark> marks = new ArrayList<>();
        for (int k = 0; k < lengths.length; k++) {
            marks.add(new Figure.Line("T = " + lengths[k], STEPS, distances[k]));
        }
        marks.add(new Figure.Line(
                "exact samples", new double[] {STEPS[0], STEPS[STEPS.length - 1]}, new double[] {mean, mean}));
        notebook.figure(new Figure(
                "mixture-distance",
                "A mixture: how far the chains are from exact samples",
                Figure.Axis.logarithmic("step size α"),
                Figure.Axis.logarithmic("sliced Wasserstein distance"),
                marks));
    }

    /** For each of the lengths and each of the steps, how far chains that all start at (3, 3) end from exact samples. */
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
