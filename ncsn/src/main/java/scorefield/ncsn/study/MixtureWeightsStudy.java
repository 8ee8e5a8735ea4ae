package scorefield.ncsn.study;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/**
 * Two modes far apart, one with four times the weight of the other. Near each mode, ∇ log p does not depend on the
 * weights, because a constant factor of p is a constant term of log p. So with Langevin dynamics, even with the true
 * score, the share of chains in each mode depends on where they started. Perturbed with a large σ, the modes merge into
 * one, whose score depends on the weights; as σ falls slowly, each chain is in the right mode with the right
 * probability before the modes separate.
 *
 * <p>With a learned score, the share from Langevin dynamics is not that of the starting points. It depends on how the
 * network extrapolates between the modes, where there are no data: it is wrong too, and different for each training
 * run.
 *
 * <p>The distribution is the paper's example (Song &amp; Ermon 2019, section 3.2.2 and figure 3), with all lengths
 * divided by 5.
 */
public final class MixtureWeightsStudy implements Study {

    private static final double HEAVY = 0.8;
    private static final double DEVIATION = 0.2;
    private static final GaussianMixture MIXTURE = GaussianMixture.of(
            new double[] {HEAVY, 1 - HEAVY},
            List.of(
                    Gaussian.isotropic(new double[] {1, 1}, DEVIATION),
                    Gaussian.isotropic(new double[] {-1, -1}, DEVIATION)));

    /** Chains start uniformly on [−1.6, 1.6]², as in the paper. */
    private static final double START = 1.6;

    /** A tenth of the modes' standard deviation: the remaining noise is negligible. */
    private static final double SMALLEST = DEVIATION / 10;

    /**
     * A tenth of a mode's variance: the stationary variance is then too large by the factor 1/(1 − 1/40), which is
     * accurate enough.
     */
    private static final double STEP = DEVIATION * DEVIATION / 10;

    /**
     * αᵢ/σᵢ² of the annealed sampler. It is larger than by technique 4, which keeps the variance of a chain near σ²
     * with few steps per level. Here the chain should follow the falling σ closely; a variance too large by the factor
     * 1/(1 − 1/10) at large σ does no harm. The slower σ falls, the later the modes separate: with the sizes of this
     * study, the share is 0.010 too small on average, about a standard error.
     */
    private static final double ANNEALED_STEP = 0.4;

    /**
     * The size of the experiment.
     *
     * @param chains the number of chains of each sampler
     * @param langevinSteps the number of steps without annealing
     * @param levels L
     * @param stepsPerLevel T
     * @param largest σ₁
     * @param points the number of training points
     * @param trainingSteps the number of training steps for the learned score
     */
    record Size(
            int chains,
            int langevinSteps,
            int levels,
            int stepsPerLevel,
            double largest,
            int points,
            long trainingSteps) {}

    private final Size size;

    /**
     * σ₁ = 4 is about the largest distance between two points: 2√2 between the modes, and three standard deviations on
     * either side.
     */
    public MixtureWeightsStudy() {
        this(new Size(2048, 1000, 50, 20, 4, 20_000, 3000));
    }

    MixtureWeightsStudy(Size size) {
        this.size = size;
    }

    @Override
    public String name() {
        return "mixture-weights";
    }

    @Override
    public String claim() {
        return "For two modes far apart with weights 4:1, Langevin dynamics gets the weights wrong, and annealed Langevin dynamics gets"
                + " them right, with the true score and with a learned one.";
    }

    @Override
    public String formula() {
        return "∇ log(w·p(x)) = ∇ log p(x): far from the other mode, the score does not depend on the weight";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, section 3.2.2 and figure 3";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Points data = Points.of("two modes", MIXTURE.sample(size.points, laboratory.seed("data")));
        NoiseLevels levels = NoiseLevels.geometric(size.largest, SMALLEST, size.levels);
        Points start = start(laboratory);
        notebook.number("heavy mode's weight", HEAVY);
        notebook.number("share of chains that start nearer to the heavy mode", share(start.rows()));

        ScoreFunction truth = new MixtureScore(MIXTURE);
        Samples byTruth = sample(laboratory, truth, levels, start, "true score");
        ScoreFunction learned = laboratory.train(
                new Mlp(new MlpSettings(64, 3), 2),
                new AnnealedDenoising(),
                data,
                levels,
                TrainingSettings.of(size.trainingSteps, 256, 2e-3, laboratory.seed("training")));
        Samples byNetwork = sample(laboratory, learned, levels, start, "learned score");

        double chains = HEAVY * (1 - HEAVY) / size.chains;
        double points = HEAVY * (1 - HEAVY) / size.points;
        judge(notebook, "with the true score", byTruth, Math.sqrt(chains));
        // The share of the heavy mode in the training points has a sampling error too.
        judge(notebook, "with a learned score", byNetwork, Math.sqrt(chains + points));
        draw(notebook, levels, start, data, byTruth, byNetwork);
    }

    private Points start(Laboratory laboratory) {
        Random random = laboratory.random("start");
        double[][] points = new double[size.chains][2];
        for (double[] point : points) {
            Arrays.setAll(point, i -> START * (2 * random.nextDouble() - 1));
        }
        return Points.of("start", points);
    }

    /** The share of points nearer to the heavy mode. */
    static double share(double[][] points) {
        return Arrays.stream(points).filter(x -> x[0] + x[1] > 0).count() / (double) points.length;
    }

    /**
     * The results of the samplers.
     *
     * @param byLevel the heavy mode's share after each noise level of the annealed sampler
     */
    private record Samples(Points langevin, Points annealed, double[] byLevel) {}

    private Samples sample(
            Laboratory laboratory, ScoreFunction score, NoiseLevels levels, Points start, String purpose) {
        Points langevin = laboratory.langevin(score, start, SMALLEST, STEP, size.langevinSteps, "Langevin, " + purpose);
        double[] byLevel = new double[levels.count()];
        Points annealed = laboratory.samples(
                score,
                new SamplingPlan(levels, size.stepsPerLevel, ANNEALED_STEP * SMALLEST * SMALLEST, true),
                size.chains,
                2,
                "annealed Langevin, " + purpose,
                progress -> byLevel[progress.stage()] =
                        share(Points.of("", 2, progress.x().floats()).rows()));
        return new Samples(langevin, annealed, byLevel);
    }

    private static void judge(Notebook notebook, String which, Samples samples, double standardError) {
        double langevin = share(samples.langevin.rows());
        double annealed = share(samples.annealed.rows());
        notebook.number("heavy mode's share by Langevin dynamics, " + which, langevin);
        notebook.number("heavy mode's share by annealed Langevin dynamics, " + which, annealed);
        notebook.number("standard error of a share, " + which, standardError);
        notebook.atLeast(
                "Langevin dynamics " + which + ": the heavy mode's share is wrong by more than 4 standard errors",
                Math.abs(langevin - HEAVY),
                4 * standardError);
        notebook.atMost(
                "annealed Langevin dynamics " + which + ": the heavy mode's share is right within 4 standard errors",
                Math.abs(annealed - HEAVY),
                4 * standardError);
    }

    private static void draw(
            Notebook notebook, NoiseLevels levels, Points start, Points data, Samples byTruth, Samples byNetwork) {
        notebook.figure(Figure.plane(
                "langevin",
                "Langevin dynamics with the true score: as many chains end in a mode as started near it",
                List.of(
                        Figure.Dots.of("start", start.coordinates()),
                        Figure.Dots.of("end", byTruth.langevin.coordinates()))));
        notebook.figure(Figure.plane(
                "annealed",
                "Annealed Langevin dynamics: four times as many in one mode as in the other",
                List.of(
                        Figure.Dots.of("data", data.slice(0, start.count()).coordinates()),
                        Figure.Dots.of("with the true score", byTruth.annealed.coordinates()),
                        Figure.Dots.of("with a learned score", byNetwork.annealed.coordinates()))));
        double[] sigmas = levels.toArray();
        double[] weight = new double[sigmas.length];
        Arrays.fill(weight, HEAVY);
        notebook.figure(new Figure(
                "share-by-level",
                "The share of chains nearer to the heavy mode, as the noise level falls",
                Figure.Axis.logarithmic("noise level σ"),
                Figure.Axis.linear("share of chains"),
                List.of(
                        new Figure.Line("the mixture's weight", sigmas, weight),
                        new Figure.Line("true score", sigmas, byTruth.byLevel),
                        new Figure.Line("learned score", sigmas, byNetwork.byLevel))));
    }
}
