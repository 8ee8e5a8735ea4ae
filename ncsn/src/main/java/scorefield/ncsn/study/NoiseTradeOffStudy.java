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
 * No single noise level is enough. One network learns the score of a mixture at every level, and the study examines
 * each level alone:
 *
 * <ul>
 *   <li>Is its score accurate where a chain may start, anywhere in the square? With a large σ there are noisy training
 *       data everywhere, with a small σ only near the modes. This is measured by E‖s − ∇log p_σ‖²/E‖∇log p_σ‖² over
 *       uniform points.
 *   <li>Is its distribution that of the data? Samples of p_σ are samples of the data plus noise: even exact samples are
 *       farther from the data for larger σ.
 * </ul>
 *
 * <p>So Langevin dynamics at a single level is poor with a large and with a small σ. A sequence of levels combines
 * their advantages: it starts with a level that is accurate everywhere and ends with one that has hardly any noise.
 * Distances are sliced Wasserstein distances from other points of the same distribution.
 */
public final class NoiseTradeOffStudy implements Study {

    /** The half side of a square that contains nearly all points of the planar sets. */
    private static final double REACH = 4;

    /** From about the largest distance between two points to a tenth of the narrowest mode's standard deviation. */
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(8, 0.02, 19);

    /** The stride of the levels that are examined alone, from the first to the last. */
    private static final int STRIDE = 3;

    /** The index of the large level in the picture: σ about 1, with which the samples still fit into the picture. */
    private static final int LARGE = 2;

    private static final int DIRECTIONS = 50;

    /**
     * The factor by which the score's error with the smallest σ, and the samples' distance with the largest, must
     * exceed the best: an order of magnitude.
     */
    private static final double FACTOR = 10;

    /**
     * αᵢ/σᵢ² of annealing and of single levels. The variance of the discretised chain is then too large by the factor
     * 1/(1 − 1/20) if noise dominates.
     */
    private static final double STEP = 0.2;

    /**
     * The size of the experiment.
     *
     * @param samples the number of samples of each sampler
     * @param steps the number of steps of Langevin dynamics at one level; annealing has as many in total
     * @param trainingSteps the number of training steps
     */
    record Size(int samples, int steps, long trainingSteps) {}

    private final Size size;
    private final NoiseLevels schedule;

    /** The study at its full size: 2000 samples, 800 Langevin steps, 3000 training steps. */
    public NoiseTradeOffStudy() {
        this(new Size(2000, 800, 3000), LEVELS);
    }

    /** @param schedule the noise schedule for sampling; the network is trained at {@link #LEVELS} */
    NoiseTradeOffStudy(Size size, NoiseLevels schedule) {
        this.size = size;
        this.schedule = schedule;
    }

    @Override
    public String name() {
        return "noise-trade-off";
    }

    @Override
    public String claim() {
        return "With a large σ the score is accurate and the samples are poor; with a small σ it is the other way round. Annealing over a schedule of"
                + " levels combines both advantages.";
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
        // Without the denoising step, because single levels do not have it either.
        SamplingPlan plan = new SamplingPlan(
                schedule, size.steps / schedule.count(), STEP * schedule.smallest() * schedule.smallest(), false);
        Points annealed = laboratory.samples(learned, plan, size.samples, 2, "cascade", progress -> {});
        double reached = distance(laboratory, annealed.rows(), heldOut);
        double best = Arrays.stream(distances).min().orElseThrow();
        notebook.number("distance of annealed sampling", reached);
        notebook.number("distance of the best single level", best);
        notebook.number(
                "distance between two exact samples",
                distance(laboratory, mixture.sample(size.samples, laboratory.seed("exact")), heldOut));
        notebook.atLeast(
                "the score's relative error with the smallest σ over that with the largest",
                errors[count - 1] / errors[0],
                FACTOR);
        notebook.atLeast(
                "the distance of samples with the largest σ over that of the best single level",
                distances[0] / best,
                FACTOR);
        notebook.atMost(
                "the distance of samples from annealed sampling over that of the best single level", reached / best, 1);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (int k = 0; k < count; k++) {
            rows.put(label(sigmas[k]), List.of(errors[k], blurs[k], distances[k]));
        }
        notebook.table(new Notebook.Table(
                "each level alone",
                List.of("σ", "score's relative error", "distance of p_σ", "distance of its samples"),
                rows));
        double[] annealedLine = new double[count];
        Arrays.fill(annealedLine, reached);
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
                        new Figure.Line("annealed Langevin dynamics", sigmas, annealedLine))));
        notebook.figure(Figure.plane(
                "plane",
                "Samples with one large level, one small level, and annealing over all levels",
                List.of(
                        Figure.Dots.of("σ = " + label(sigmas[LARGE]), drawn[LARGE].coordinates()),
                        Figure.Dots.of("σ = " + label(sigmas[count - 1]), drawn[count - 1].coordinates()),
                        Figure.Dots.of("annealed", annealed.coordinates()))));
    }

    private static String label(double sigma) {
        return String.format(Locale.ROOT, "%.3g", sigma);
    }

    /** The step size for the narrowest mode of p_σ, which has standard deviation 0.2 without noise. */
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

    /** The squared error of a score over the squared norm of the true score, both summed over the points. */
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
