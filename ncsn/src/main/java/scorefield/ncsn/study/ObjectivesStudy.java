package scorefield.ncsn.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.DenoisingScoreMatching;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.FiniteDifferenceSliced;
import scorefield.ncsn.objective.FisherDivergence;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.objective.Weighted;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * Every objective side by side: the same network, from the same first weights, trained for as many steps on the same points, perturbed with
 * one σ; the annealed ones, which spend their steps on a whole ladder, are asked at that σ. Their error is the Fisher divergence from the true score,
 *
 * <pre>½·E‖s(x) − ∇log p_σ(x)‖²</pre>
 *
 * <p>on points that nobody has seen, in units of that of a network that says zero. The explicit objective is told the true score and shows
 * what the network itself can do; the others have only samples.
 *
 * <p>Time is a mean over the training's steps, and means something only beside the other times of the same run. Memory is
 * {@link Trainer#bytes} of a step.
 */
public final class ObjectivesStudy implements Study {

    private static final double SIGMA = 0.4;

    /** For the annealed objectives: 3.2, 1.6, … 0.05, with {@link #SIGMA} among them. */
    private static final NoiseLevels LADDER = NoiseLevels.geometric(3.2, 0.05, 7);

    private static final NoiseLevels ONE = NoiseLevels.of(SIGMA);

    /**
     * By this factor all objectives' errors must fall below that of a network that says zero: three quarters of the score's mean square are then
     * learned, after a training of seconds. The annealed ones, which see this σ in one of seven samples, are to reach it as well.
     */
    private static final double FACTOR = 4;

    /** Of the two forms of sliced score matching, to know how much one training differs from the next. */
    private static final int SEEDS = 5;

    /** What Student's t with {@link #SEEDS} − 1 degrees of freedom exceeds once in a hundred times. */
    private static final double BY_CHANCE = 3.75;

    private static final String SLICED = "sliced";
    private static final String REDUCED = "sliced, variance-reduced";

    /**
     * How much is done.
     *
     * @param width of both hidden layers
     * @param batch B
     */
    record Size(int width, int batch, long steps) {}

    /** An objective and the noise levels that it is trained at. */
    record Way(Objective objective, NoiseLevels levels) {

        static Way at(Objective objective) {
            return new Way(objective, ONE);
        }

        static Way annealed(Objective objective) {
            return new Way(objective, LADDER);
        }
    }

    private final Size size;
    private final Function<ScoreFunction, Map<String, Way>> waysTo;

    public ObjectivesStudy() {
        this(new Size(64, 256, 1000), ObjectivesStudy::ways);
    }

    /** @param waysTo a true score, which the explicit objective needs */
    ObjectivesStudy(Size size, Function<ScoreFunction, Map<String, Way>> waysTo) {
        this.size = size;
        this.waysTo = waysTo;
    }

    /** Every objective, by its name in the table. */
    static Map<String, Way> ways(ScoreFunction truth) {
        SlicedScoreMatching reduced = new SlicedScoreMatching(Projection.RADEMACHER, 1, true);
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("explicit", Way.at(new Perturbed(new FisherDivergence(truth))));
        ways.put("exact", Way.at(new Perturbed(new ExactScoreMatching())));
        ways.put(SLICED, Way.at(new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 1, false))));
        ways.put(REDUCED, Way.at(new Perturbed(reduced)));
        ways.put(
                "sliced, finite differences",
                Way.at(new Perturbed(new FiniteDifferenceSliced(Projection.RADEMACHER, 1, 0.1))));
        ways.put("denoising", Way.at(new DenoisingScoreMatching(false)));
        ways.put("denoising, control variate", Way.at(new DenoisingScoreMatching(true)));
        ways.put("annealed denoising", Way.annealed(new AnnealedDenoising()));
        ways.put("annealed sliced", Way.annealed(new Weighted(new Perturbed(reduced), 2)));
        return ways;
    }

    @Override
    public String name() {
        return "objectives";
    }

    @Override
    public String claim() {
        return "Every objective brings the same network near the true score; how near, in which time and memory, is in the table.";
    }

    @Override
    public String formula() {
        return "½·E‖s(x) − ∇log p_σ(x)‖²";
    }

    @Override
    public String source() {
        return "Hyvärinen 2005; Vincent 2011; Song et al. 2019, arXiv 1905.07088; Pang et al. 2020, arXiv 2007.03317;"
                + " Song & Ermon 2019, arXiv 1907.05600";
    }

    @Override
    public boolean takesData() {
        return true;
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Map<String, Way> ways = waysTo.apply(truth(laboratory));
        Points data = laboratory.population().sample(10_000, laboratory.seed("data"));
        Values unseen = Points.of(
                        "unseen",
                        laboratory.population().mixture().perturbed(SIGMA).sample(10_000, laboratory.seed("unseen")))
                .values();
        double zero = error(laboratory, (x, sigma) -> Tensor.zeros(x.shape()), unseen);
        notebook.number("a zero score's error ½·E‖∇log p_σ‖²", zero);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        ways.forEach((name, way) -> {
            Trained trained = train(laboratory, way, data, unseen, 0);
            laboratory.progress().accept(name + ": error " + (float) trained.error);
            double error = trained.error / zero;
            rows.put(name, List.of(error, trained.milliseconds, trained.bytes / 1e6));
            notebook.atMost(name + ": the score's error, over a zero score's", error, 1 / FACTOR);
        });
        notebook.table(new Notebook.Table(
                "every objective, the same network",
                List.of("objective", "error over a zero score's", "time of a step in ms", "memory of a step in MB"),
                rows));
        compareSliced(
                laboratory,
                notebook,
                ways,
                data,
                unseen,
                rows.get(SLICED).get(0),
                rows.get(REDUCED).get(0),
                zero);
    }

    /** What a training came to. */
    private record Trained(double error, double milliseconds, long bytes) {}

    private Trained train(Laboratory laboratory, Way way, Points data, Values unseen, int repeat) {
        TrainingSettings settings =
                TrainingSettings.of(size.steps, size.batch, 2e-3, laboratory.seed("training " + repeat));
        Mlp network = new Mlp(new MlpSettings(size.width, 2), 2);
        TrainingState start = TrainingState.initial(network, settings.seed());
        try (Trainer trainer =
                new Trainer(laboratory.device(), network, way.objective, data, way.levels, settings, start)) {
            // The first step may still build kernels. Asking for statistics waits for the device.
            trainer.step();
            trainer.statistics();
            long began = System.nanoTime();
            for (long step = 1; step < size.steps; step++) {
                trainer.step();
            }
            trainer.statistics();
            double milliseconds = (System.nanoTime() - began) / 1e6 / (size.steps - 1);
            ScoreFunction learned = network.with(network.parameters().weights(trainer.average()));
            return new Trained(error(laboratory, learned, unseen), milliseconds, trainer.bytes());
        }
    }

    private static ScoreFunction truth(Laboratory laboratory) {
        return new MixtureScore(laboratory.population().mixture());
    }

    private static double error(Laboratory laboratory, ScoreFunction score, Values unseen) {
        double[] errors = laboratory.losses(new FisherDivergence(truth(laboratory)), score, unseen, SIGMA, "error");
        return Arrays.stream(errors).average().orElseThrow();
    }

    /** Over {@link #SEEDS} trainings of each, the variance-reduced form must not be worse than the other by more than chance. */
    private void compareSliced(
            Laboratory laboratory,
            Notebook notebook,
            Map<String, Way> ways,
            Points data,
            Values unseen,
            double sliced,
            double reduced,
            double zero) {
        // In pairs: both forms start from the same weights and see the same batches.
        double[] differences = new double[SEEDS];
        differences[0] = reduced - sliced;
        for (int repeat = 1; repeat < SEEDS; repeat++) {
            differences[repeat] = (train(laboratory, ways.get(REDUCED), data, unseen, repeat).error
                            - train(laboratory, ways.get(SLICED), data, unseen, repeat).error)
                    / zero;
        }
        Estimate difference = Estimate.of(differences);
        notebook.number("variance-reduced sliced form's error less the other's, mean of pairs", difference.mean());
        notebook.number("its standard error", difference.standardError());
        notebook.atMost(
                "over " + SEEDS
                        + " pairs of trainings, the variance-reduced sliced form is not worse than the other: difference in standard errors",
                difference.deviationFrom(0),
                BY_CHANCE);
    }
}
