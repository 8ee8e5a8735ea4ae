package scorefield.ncsn.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/**
 * One noise level is not enough, whichever it is. One network learns the score of a mixture at every level; each level is then looked at alone:
 *
 * <ul>
 *   <li>Is its score right where a chain may start, anywhere in the square? With a large σ there are noisy data everywhere to learn from, with a
 *       small σ only near the modes. Measured as E‖s − ∇log p_σ‖²/E‖∇log p_σ‖² over uniform points.
 *   <li>Is what it describes the data? Samples of p_σ are samples of the data plus noise, farther off the larger σ is, even where they are exact.
 * </ul>
 *
 * <p>So Langevin dynamics at one level is far off at either end. The cascade takes each level for what it is good for: it starts where every point
 * has a good score and ends where p_σ is hardly noisy. Distances are sliced Wasserstein distances from other points of the same distribution.
 */
public final class NoiseTradeOffStudy implements Study {

    /** The square that all points of the plane's sets lie in, nearly. */
    private static final double REACH = 4;

    /** From about the largest distance between two points to a tenth of the narrowest mode's deviation. */
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(8, 0.02, 19);

    /** Every so manyth level is looked at alone, the first and the last among them. */
    private static final int STRIDE = 3;

    /** Which of the levels that are looked at alone stands for a large one in the picture: σ about 1, with which samples still fit it. */
    private static final int LARGE = 2;

    private static final int DIRECTIONS = 50;

    /** By how much the score's error with the smallest σ, and the samples' distance with the largest, must exceed the best: an order of magnitude. */
    private static final double FACTOR = 10;

    /**
     * αᵢ/σᵢ² of the cascade and of single levels. The discretised chain's variance is then too large by 1/(1 − 1/20) where noise is all there is.
     */
    private static final double STEP = 0.2;

    /**
     * How much is done.
     *
     * @param samples of each sampler
     * @param steps of Langevin dynamics at one level; the cascade has as many in all
     * @param trainingSteps of the network
     */
    record Size(int samples, int steps, long trainingSteps) {}

    private final Size size;
    private final NoiseLevels cascade;

    public NoiseTradeOffStudy() {
        this(new Size(2000, 800, 3000), LEVELS);
    }

    /** @param cascade the levels to sample with; the network learns {@link #LEVELS} */
    NoiseTradeOffStudy(Size size, NoiseLevels cascade) {
        this.size = size;
        this.cascade = cascade;
    }

    @Override
    public String name() {
        return "noise-trade-off";
    }

    @Override
    public String claim() {
        return "With a large σ the score is well estimated and samples are poor, with a small σ it is the other way round; a cascade of levels gets"
                + " both.";
    }

    @Override
    public String formula() {
        return "p_σ(x) = ∫ p(y)·N(x; y, σ²I) dy";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, sections 3.2 and 4";
    }

    @Override
    public boolean takesData() {
        return true;
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        GaussianMixture mixture = laboratory.population().mixture();
        ScoreFunction learned = laboratory.train(
                new Mlp(new MlpSettings(64, 3), 2),
                new AnnealedDenoising(),
                laboratory.population().sample(10_000, laboratory.seed("data")),
                LEVELS,
                TrainingSettings.of(size.trainingSteps, 256, 2e-3, laboratory.seed("training")));
        Points start = start(laboratory.random("start"));
        double[][] heldOut = mixture.sample(size.samples, laboratory.seed("held out"));
        int count = (LEVELS.count() - 1) / STRIDE + 1;
        double[] sigmas = new double[count];
        double[] errors = new double[count];
        double[] blurs = new double[count];
        double[] distances = new double[count];
        Points[] drawn = new Points[count];
        for (int k = 0; k < count; k++) {
            double sigma = LEVELS.sigma(k * STRIDE);
            sigmas[k] = sigma;
            errors[k] = error(laboratory, learned, start, sigma);
            blurs[k] = distance(
                    laboratory, mixture.perturbed(sigma).sample(size.samples, laboratory.seed("noisy")), heldOut);
            drawn[k] = laboratory.langevin(learned, start, sigma, stepSize(sigma), size.steps, "single level");
            distances[k] = distance(laboratory, drawn[k].rows(), heldOut);
        }
        // Without the denoising step, which single levels do not have either.
        SamplingPlan plan = new SamplingPlan(
                cascade, size.steps / cascade.count(), STEP * cascade.smallest() * cascade.smallest(), false);
        Points annealed = laboratory.samples(learned, plan, size.samples, 2, "cascade", progress -> {});
        double reached = distance(laboratory, annealed.rows(), heldOut);
        double best = Arrays.stream(distances).min().orElseThrow();
        notebook.number("cascade's distance", reached);
        notebook.number("best single level's distance", best);
        notebook.number(
                "distance between two exact samples",
                distance(laboratory, mixture.sample(size.samples, laboratory.seed("exact")), heldOut));
        notebook.atLeast(
                "the score's relative error with the smallest σ, over that with the largest",
                errors[count - 1] / errors[0],
                FACTOR);
        notebook.atLeast(
                "the distance of the samples drawn with the largest σ, over that of the best single level",
                distances[0] / best,
                FACTOR);
        notebook.atMost("the cascade's samples' distance over that of the best single level", reached / best, 1);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (int k = 0; k < count; k++) {
            rows.put(label(sigmas[k]), List.of(errors[k], blurs[k], distances[k]));
        }
        notebook.table(new Notebook.Table(
                "each level alone",
                List.of("σ", "score's relative error", "distance of p_σ", "distance of its samples"),
                rows));
        double[] cascadeLine = new double[count];
        Arrays.fill(cascadeLine, reached);
        notebook.figure(new Figure(
                "score",
                "The learned score's relative error over the whole square",
                Figure.Axis.logarithmic("noise level σ"),
                Figure.Axis.logarithmic("E‖s − ∇log p_σ‖²/E‖∇log p_σ‖²"),
                List.of(new Figure.Line("one level", sigmas, errors))));
        notebook.figure(new Figure(
                "samples",
                "How far samples are from the data",
                Figure.Axis.logarithmic("noise level σ"),
                Figure.Axis.logarithmic("sliced Wasserstein distance"),
                List.of(
                        new Figure.Line("exact samples of p_σ", sigmas, blurs),
                        new Figure.Line("Langevin dynamics with the learned score at one level", sigmas, distances),
                        new Figure.Line("the cascade", sigmas, cascadeLine))));
        notebook.figure(Figure.plane(
                "plane",
                "Samples with one large level, one small level, and the cascade",
                List.of(
                        Figure.Dots.of("σ = " + label(sigmas[LARGE]), drawn[LARGE].coordinates()),
                        Figure.Dots.of("σ = " + label(sigmas[count - 1]), drawn[count - 1].coordinates()),
                        Figure.Dots.of("cascade", annealed.coordinates()))));
    }

    private static String label(double sigma) {
        return String.format(Locale.ROOT, "%.3g", sigma);
    }

    /** As large as the width of p_σ's narrowest mode, 0.2 before the noise, allows. */
    private static double stepSize(double sigma) {
        return STEP * (sigma * sigma + 0.04);
    }

    private Points start(Random random) {
        double[][] points = new double[size.samples][2];
        for (double[] point : points) {
            Arrays.setAll(point, i -> REACH * (2 * random.nextDouble() - 1));
        }
        return Points.of("start", points);
    }

    /** The squared error of a score over the squared true one, both summed over some points. */
    static double error(Laboratory laboratory, ScoreFunction score, Points points, double sigma) {
        Values found = laboratory.score(score, points.values(), sigma);
        Values truth = laboratory.score(new MixtureScore(laboratory.population().mixture()), points.values(), sigma);
        double error = 0;
        double scale = 0;
        for (int i = 0; i < truth.shape().size(); i++) {
            double difference = found.get(i) - truth.get(i);
            error += difference * difference;
            scale += truth.get(i) * truth.get(i);
        }
        return error / scale;
    }

    private static double distance(Laboratory laboratory, double[][] points, double[][] heldOut) {
        return SlicedWasserstein.distance(points, heldOut, DIRECTIONS, laboratory.seed("directions"));
    }
}
