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
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * A comparison of all objectives: the same network, with the same initial weights, is trained for the same number of
 * steps on the same points, perturbed with one σ. The annealed objectives, which spread their steps over a noise
 * schedule, are evaluated at that σ. The error is the Fisher divergence from the true score,
 *
 * <pre>½·E‖s(x) − ∇log p_σ(x)‖²</pre>
 *
 * <p>on held-out points, in units of that of a network that outputs zero. The explicit objective uses the true score
 * and shows the limit of the network itself; the others use only samples.
 *
 * <p>Time is a mean over the training steps; it can only be compared with other times of the same run. Memory is
 * {@link Trainer#bytes} of a step.
 */
public final class ObjectivesStudy implements Study {

    private static final double SIGMA = 0.4;

    /** The noise schedule of the annealed objectives: 3.2, 1.6, … 0.05, which includes {@link #SIGMA}. */
    private static final NoiseLevels SCHEDULE = NoiseLevels.geometric(3.2, 0.05, 7);

    private static final NoiseLevels ONE = NoiseLevels.of(SIGMA);

    /**
     * The factor by which the error of every objective must be below that of a network that outputs zero: then three
     * quarters of the score's mean square are learned, after seconds of training. The annealed objectives, which use
     * this σ for one sample in seven, must reach it too.
     */
    private static final double FACTOR = 4;

    /** The number of training runs of each form of sliced score matching, to estimate the variation between runs. */
    private static final int SEEDS = 5;

    /** The value that Student's t with {@link #SEEDS} − 1 degrees of freedom exceeds with probability 1 %. */
    private static final double BY_CHANCE = 3.75;

    private static final String SLICED = "sliced";
    private static final String REDUCED = "sliced, variance-reduced";

    /**
     * The size of the experiment.
     *
     * @param width the width of both hidden layers
     * @param batch B
     */
    record Size(int width, int batch, long steps) {}

    /** An objective and the noise levels of its training. */
    record Setup(Objective objective, NoiseLevels levels) {

        static Setup at(Objective objective) {
            return new Setup(objective, ONE);
        }

        static Setup annealed(Objective objective) {
            return new Setup(objective, SCHEDULE);
        }
    }

    private final Size size;
    private final Function<ScoreFunction, Map<String, Setup>> setupsFor;

    /** The study at its full size: networks of width 64, 1000 training steps of 256 samples each. */
    public ObjectivesStudy() {
        this(new Size(64, 256, 1000), ObjectivesStudy::setups);
    }

    /** @param setupsFor the setups for a true score, which the explicit objective needs */
    ObjectivesStudy(Size size, Function<ScoreFunction, Map<String, Setup>> setupsFor) {
        this.size = size;
        this.setupsFor = setupsFor;
    }

    /** The setup of every objective, by its name in the table. */
    static Map<String, Setup> setups(ScoreFunction truth) {
        SlicedScoreMatching reduced = new SlicedScoreMatching(Projection.RADEMACHER, 1, true);
        Map<String, Setup> setups = new LinkedHashMap<>();
        setups.put("explicit", Setup.at(new Perturbed(new FisherDivergence(truth))));
        setups.put("exact", Setup.at(new Perturbed(new ExactScoreMatching())));
        setups.put(SLICED, Setup.at(new Perturbed(new SlicedScoreMatching(Projection.RADEMACHER, 1, false))));
        setups.put(REDUCED, Setup.at(new Perturbed(reduced)));
        setups.put(
                "sliced, finite differences",
                Setup.at(new Perturbed(new FiniteDifferenceSliced(Projection.RADEMACHER, 1, 0.1))));
        setups.put("denoising", Setup.at(new DenoisingScoreMatching(false)));
        setups.put("denoising, control variate", Setup.at(new DenoisingScoreMatching(true)));
        setups.put("annealed denoising", Setup.annealed(new AnnealedDenoising()));
        setups.put("annealed sliced", Setup.annealed(new Weighted(new Perturbed(reduced), 2)));
        return setups;
    }

    @Override
    public String name() {
        return "objectives";
    }

    @Override
    public String claim() {
        return "Every objective brings the same network near the true score; the table gives the error, time and memory of each.";
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
        Map<String, Setup> setups = setupsFor.apply(truth(laboratory));
        Points data = laboratory.population().sample(10_000, laboratory.seed("data"));
        Values unseen = Points.of(
                        "unseen",
                        laboratory.population().mixture().perturbed(SIGMA).sample(10_000, laboratory.seed("unseen")))
                .values();
        double zero = error(laboratory, (x, sigma) -> Tensor.zeros(x.shape()), unseen);
        notebook.number("error of a network that outputs zero, ½·E‖∇log p_σ‖²", zero);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        setups.forEach((name, setup) -> {
            Trained trained = train(laboratory, setup, data, unseen, 0);
            laboratory.progress().accept(name + ": error " + (float) trained.error);
            double error = trained.error / zero;
            rows.put(name, List.of(error, trained.milliseconds, trained.bytes / 1e6));
            notebook.atMost(name + ": the score's error over that of a network that outputs zero", error, 1 / FACTOR);
        });
        notebook.table(new Notebook.Table(
                "every objective with the same network",
                List.of(
                        "objective",
                        "error over that of zero output",
                        "time of a step in ms",
                        "memory of a step in MB"),
                rows));
        compareSliced(
                laboratory,
                notebook,
                setups,
                data,
                unseen,
                rows.get(SLICED).get(0),
                rows.get(REDUCED).get(0),
                zero);
    }

    /** The result of a training run. */
    private record Trained(double error, double milliseconds, long bytes) {}

    private Trained train(Laboratory laboratory, Setup setup, Points data, Values unseen, int repeat) {
        TrainingSettings settings =
                TrainingSettings.of(size.steps, size.batch, 2e-3, laboratory.seed("training " + repeat));
        Mlp network = new Mlp(new MlpSettings(size.width, 2), 2);
        TrainingState start = TrainingState.initial(network, settings.seed());
        try (Trainer trainer = new Trainer(
                laboratory.device(),
                network,
                setup.objective,
                data,
                SigmaDensity.uniformOver(setup.levels),
                settings,
                start)) {
            // The first step may still compile kernels. Reading statistics waits for the device.
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

    /**
     * Over {@link #SEEDS} training runs of each form, the variance-reduced form must not be significantly worse than
     * the other.
     */
    private void compareSliced(
            Laboratory laboratory,
            Notebook notebook,
            Map<String, Setup> setups,
            Points data,
            Values unseen,
            double sliced,
            double reduced,
            double zero) {
        // Runs are paired: both forms start from the same weights and use the same batches.
        double[] differences = new double[SEEDS];
        differences[0] = reduced - sliced;
        for (int repeat = 1; repeat < SEEDS; repeat++) {
            differences[repeat] = (train(laboratory, setups.get(REDUCED), data, unseen, repeat).error
                            - train(laboratory, setups.get(SLICED), data, unseen, repeat).error)
                    / zero;
        }
        Estimate difference = Estimate.of(differences);
        notebook.number(
                "error of the variance-reduced sliced form minus that of the other form, mean over pairs",
                difference.mean());
        notebook.number("its standard error", difference.standardError());
        notebook.atMost(
                "over " + SEEDS
                        + " pairs of training runs, the variance-reduced sliced form is not worse than the other: difference in standard errors",
                difference.deviationFrom(0),
                BY_CHANCE);
    }
}
