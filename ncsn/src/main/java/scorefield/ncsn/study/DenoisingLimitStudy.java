package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.random.SplitMix;

/**
 * What denoising score matching learns as σ → 0, and how the variance grows. Its regression target is −z/σ, whose mean
 * given x̃ = x+σz is ∇log p_σ(x̃) (Vincent 2011). The perturbed density obeys the heat equation, so that score differs
 * from the clean one by a term in σ²:
 *
 * <pre>∇log p_σ = ∇log p + (σ²/2)·∇(Δlog p + ‖∇log p‖²) + …</pre>
 *
 * <p>But the variance of a single target −z/σ grows as σ falls. For s = θ·t(x) with a fixed field t, at θ = 1,
 *
 * <pre>
 * loss       ½‖t(x̃) + z/σ‖²          variance ≈ D/(2σ⁴), all of it from ‖z‖²/(2σ²), which does not depend on θ
 * gradient   t(x̃)ᵀ(t(x̃) + z/σ)       variance ≈ E‖t‖²/σ²: the noise of training's gradients
 * </pre>
 *
 * <p>With the control variate of {@link DenoisingScoreMatching}, (t(x̃) − t(x))ᵀz/σ replaces t(x̃)ᵀz/σ. It tends to
 * zᵀ∇t·z, so both variances stay bounded, and the mean is that of exact score matching. Here t is the clean score of a
 * mixture.
 */
public final class DenoisingLimitStudy implements Study {

    /**
     * The noise levels at which the mean of the target is measured: about the width of the one-dimensional mixture's
     * components, and smaller.
     */
    private static final double[] SEEN = {0.8, 0.4, 0.1};

    private static final int BINS = 30;

    /**
     * The noise levels at which exponents are fitted. The next term of the series is smaller by the factor σ² over the
     * variance of the narrowest component, 0.04, which is 1/40 at the largest of these levels.
     */
    private static final double[] SMALL = {0.03, 0.01, 0.003, 0.001};

    /**
     * The allowed error of a fitted exponent. A variance from 20 000 samples has an error of a few percent, and the
     * noise levels span a factor of 30: 5 % at both ends would be 0.05·√2/ln 30 = 0.02.
     */
    private static final double EXPONENT = 0.1;

    private final int samples;
    private final Objective controlled;

    /** The study at its full size: 20,000 samples. */
    public DenoisingLimitStudy() {
        this(20_000, new DenoisingScoreMatching(true));
    }

    /**
     * @param samples the number of samples of the mixture
     * @param controlled the objective that should have a bounded variance
     */
    DenoisingLimitStudy(int samples, Objective controlled) {
        this.samples = samples;
        this.controlled = controlled;
    }

    @Override
    public String name() {
        return "denoising-limit";
    }

    @Override
    public String claim() {
        return "As σ → 0 the target of denoising score matching approaches the clean score as σ², while the variance of its gradient grows"
                + " as 1/σ²; with a control variate it stays bounded.";
    }

    @Override
    public String formula() {
        return "E[−z/σ | x+σz = x̃] = ∇log p_σ(x̃) → ∇log p(x̃);   Var[∂L/∂θ] ≈ E‖∂s/∂θ‖²/σ²";
    }

    @Override
    public String source() {
        return "Vincent 2011, equations 9 to 11; control variate: Wang et al. 2020, arXiv 2002.07501";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        target(laboratory, notebook);
        distance(laboratory, notebook);
        variances(laboratory, notebook);
    }

    // ---- the mean of the target

    /** A mixture in one dimension, where a conditional mean can be plotted. */
    private static GaussianMixture onALine() {
        return GaussianMixture.of(
                new double[] {0.4, 0.6},
                List.of(Gaussian.isotropic(new double[] {-1}, 0.3), Gaussian.isotropic(new double[] {1}, 0.5)));
    }

    private void target(Laboratory laboratory, Notebook notebook) {
        GaussianMixture mixture = onALine();
        double[] at = new double[121];
        double[] clean = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = -3 + 6.0 * i / (at.length - 1);
            clean[i] = mixture.score(new double[] {at[i]})[0];
        }
        List<Figure.Mark> marks = new ArrayList<>();
        marks.add(new Figure.Line("∇log p", at, clean));
        double squares = 0;
        for (double sigma : SEEN) {
            // The means of the bins need many samples, because the standard deviation of a target is 1/σ.
            Binned binned = binned(mixture, sigma, mixture.perturbed(sigma), 20 * samples, laboratory.seed("target"));
            squares += binned.squaredDeviation() / SEEN.length;
            double[] perturbed = Arrays.stream(at)
                    .map(x -> mixture.perturbed(sigma).score(new double[] {x})[0])
                    .toArray();
            marks.add(new Figure.Line("∇log p_σ, σ = " + sigma, at, perturbed));
            marks.add(new Figure.Dots("mean of −z/σ, σ = " + sigma, binned.places, binned.targets));
        }
        notebook.figure(new Figure(
                "target",
                "The mean of the target −z/σ, given x+σz",
                Figure.Axis.linear("x+σz"),
                Figure.Axis.linear("score"),
                marks));
        // Squares of standard normal numbers: mean 1, variance 2.
        notebook.atMost(
                "the mean of −z/σ given x+σz is ∇log p_σ(x+σz): mean squared deviation over " + BINS
                        + " bins each for σ = " + Arrays.toString(SEEN) + ", in standard errors",
                squares,
                1 + 4 * Math.sqrt(2.0 / (BINS * SEEN.length)));
    }

    /**
     * Samples sorted by x̃ into bins of equal size.
     *
     * @param places the mean x̃ of each bin
     * @param targets the mean of −z/σ
     * @param deviations of the targets from a score, in standard errors
     */
    record Binned(double[] places, double[] targets, double[] deviations) {

        double squaredDeviation() {
            return Arrays.stream(deviations).map(d -> d * d).average().orElseThrow();
        }
    }

    /**
     * Compares the mean of −z/σ with the score of {@code claimed}; they are equal if that is the mixture perturbed with
     * σ.
     */
    static Binned binned(GaussianMixture mixture, double sigma, GaussianMixture claimed, int samples, long seed) {
        double[][] pairs = new double[samples][];
        for (int i = 0; i < samples; i++) {
            SplitMix random = new SplitMix(seed, i);
            double x = mixture.draw(random)[0];
            double z = random.normal();
            pairs[i] = new double[] {x + sigma * z, -z / sigma};
        }
        Arrays.sort(pairs, (a, b) -> Double.compare(a[0], b[0]));
        Binned binned = new Binned(new double[BINS], new double[BINS], new double[BINS]);
        for (int b = 0; b < BINS; b++) {
            double[][] bin =
                    Arrays.copyOfRange(pairs, (int) ((long) b * samples / BINS), (int) ((b + 1L) * samples / BINS));
            binned.places[b] =
                    Arrays.stream(bin).mapToDouble(p -> p[0]).average().orElseThrow();
            binned.targets[b] =
                    Arrays.stream(bin).mapToDouble(p -> p[1]).average().orElseThrow();
            binned.deviations[b] = Estimate.of(Arrays.stream(bin)
                            .mapToDouble(p -> p[1] - claimed.score(new double[] {p[0]})[0])
                            .toArray())
                    .deviationFrom(0);
        }
        return binned;
    }

    // ---- distance from the clean score

    private void distance(Laboratory laboratory, Notebook notebook) {
        GaussianMixture mixture = PlanarSets.mixture();
        double[][] points = mixture.sample(samples / 4, laboratory.seed("distance"));
        double[] sigmas = {1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001};
        double[] distances = Arrays.stream(sigmas)
                .map(sigma -> distance(mixture, sigma, points))
                .toArray();
        double[] small = Arrays.copyOfRange(distances, distances.length - SMALL.length, distances.length);
        PowerLaw law = PowerLaw.fit(SMALL, small);
        notebook.number("exponent of the target's distance from the clean score", law.exponent());
        notebook.figure(new Figure(
                "distance",
                "How far the target's mean is from the clean score",
                Figure.Axis.logarithmic("σ"),
                Figure.Axis.logarithmic("√E‖∇log p_σ − ∇log p‖²"),
                List.of(
                        new Figure.Dots("measured", sigmas, distances),
                        new Figure.Line(
                                "∝ σ^%.3f".formatted(law.exponent()),
                                sigmas,
                                Arrays.stream(sigmas).map(law::at).toArray()))));
        notebook.atMost(
                "the target's distance from the clean score falls as σ²: error of the fitted exponent, for σ from 0.03 to 0.001",
                Math.abs(law.exponent() - 2),
                EXPONENT);
    }

    /** √E‖∇log p_σ(x) − ∇log p(x)‖² over some x. */
    static double distance(GaussianMixture mixture, double sigma, double[][] points) {
        GaussianMixture perturbed = mixture.perturbed(sigma);
        double sum = 0;
        for (double[] point : points) {
            double[] clean = mixture.score(point);
            double[] noisy = perturbed.score(point);
            for (int i = 0; i < clean.length; i++) {
                sum += (noisy[i] - clean[i]) * (noisy[i] - clean[i]);
            }
        }
        return Math.sqrt(sum / points.length);
    }

    // ---- variances

    private void variances(Laboratory laboratory, Notebook notebook) {
        double[] sigmas = {0.3, 0.1, 0.03, 0.01, 0.003, 0.001};
        GaussianMixture mixture = PlanarSets.mixture();
        Values points = Points.of("mixture", mixture.sample(samples, laboratory.seed("samples")))
                .values();
        List<Draw> plain = draws(laboratory, new DenoisingScoreMatching(false), mixture, points, sigmas);
        List<Draw> bounded = draws(laboratory, controlled, mixture, points, sigmas);
        Draw exact =
                draws(laboratory, new ExactScoreMatching(), mixture, points, 1).get(0);

        Map<String, List<Double>> rows = new LinkedHashMap<>();
        double worst = 0;
        for (int i = 0; i < sigmas.length; i++) {
            rows.put(
                    "σ = " + sigmas[i],
                    List.of(
                            variance(plain.get(i).losses),
                            variance(bounded.get(i).losses),
                            variance(plain.get(i).gradients),
                            variance(bounded.get(i).gradients)));
            // Both use the same draws, so that their common noise cancels.
            worst = Math.max(worst, Math.abs(deviation(plain.get(i).gradients, bounded.get(i).gradients)));
        }
        List<String> names = List.of("loss", "loss (control variate)", "gradient", "gradient (control variate)");
        List<String> columns = new ArrayList<>(List.of("variance for one sample of"));
        columns.addAll(names);
        notebook.table(new Notebook.Table("Variance of the loss and gradient of one sample", columns, rows));

        List<Figure.Mark> marks = new ArrayList<>();
        double[] expected = {-4, 0, -2, 0};
        for (int k = 0; k < names.size(); k++) {
            int column = k;
            double[] variances =
                    rows.values().stream().mapToDouble(row -> row.get(column)).toArray();
            marks.add(new Figure.Line(names.get(k), sigmas, variances));
            double[] small = Arrays.copyOfRange(variances, sigmas.length - SMALL.length, sigmas.length);
            double exponent = PowerLaw.fit(SMALL, small).exponent();
            notebook.number("exponent of the variance: " + names.get(k), exponent);
            notebook.atMost(
                    "the variance of the " + names.get(k) + " of a sample is proportional to σ^" + (int) expected[k]
                            + ": error of the fitted exponent, for σ from 0.03 to 0.001",
                    Math.abs(exponent - expected[k]),
                    EXPONENT);
        }
        notebook.figure(new Figure(
                "variance",
                "Variance of the loss and gradient of one sample",
                Figure.Axis.logarithmic("σ"),
                Figure.Axis.logarithmic("variance"),
                marks));
        notebook.atMost(
                "the control variate does not change the mean of the gradient: deviation in standard errors (the same at every σ, for the same draws)",
                worst,
                4);
        int last = sigmas.length - 1;
        notebook.atMost(
                "with the control variate, the gradient at σ = 0.001 equals that of exact score matching: deviation in standard errors",
                Math.abs(deviation(bounded.get(last).gradients, exact.gradients)),
                4);
    }

    /**
     * The values of an objective at one noise level.
     *
     * @param losses the loss of each sample
     * @param gradients the derivative of each loss by θ, where s = θ·∇log p, at θ = 1
     */
    private record Draw(double[] losses, double[] gradients) {}

    private static List<Draw> draws(
            Laboratory laboratory, Objective objective, GaussianMixture mixture, Values points, double... sigmas) {
        int n = points.shape().dim(0);
        Tensor x = Tensor.input("x", points.shape());
        Tensor sigma = Tensor.input("sigma", Shape.SCALAR);
        Tensor state = Tensor.input("state", Shape.of(4), DType.INT);
        // Each sample has its own θ, so that each has its own derivative. Exact score matching evaluates the score on
        // copies of the batch.
        Tensor theta = Tensor.fill(Shape.of(n, 1), 1);
        ScoreFunction clean = new MixtureScore(mixture);
        ScoreFunction score = (at, level) -> {
            int copies = at.shape().dim(0) / n;
            return clean.score(at, Tensor.zeros(level.shape())).times(Jacobian.repeat(theta, copies));
        };
        Tensor losses = objective.perSample(score, x, sigma.broadcastTo(Shape.of(n)), Draws.of(state, 0));
        Tensor gradients = Gradients.vjp(losses, Tensor.fill(losses.shape(), 1), List.of(theta))
                .get(0);
        List<Draw> draws = new ArrayList<>();
        try (Executable executable = laboratory.device().compile(Program.fetching(losses, gradients))) {
            for (double level : sigmas) {
                // The same z at every level, so that levels differ only in σ.
                List<Values> both = executable.run(
                        Map.of(x, points, sigma, Values.scalar(level), state, laboratory.state("noise")));
                draws.add(new Draw(both.get(0).doubles(), both.get(1).doubles()));
            }
        }
        return draws;
    }

    private static double variance(double[] numbers) {
        Estimate mean = Estimate.of(numbers);
        return mean.standardError() * mean.standardError() * mean.count();
    }

    /** The deviation of the mean of a − b from 0, in standard errors. */
    private static double deviation(double[] a, double[] b) {
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = a[i] - b[i];
        }
        return Estimate.of(differences).deviationFrom(0);
    }
}
