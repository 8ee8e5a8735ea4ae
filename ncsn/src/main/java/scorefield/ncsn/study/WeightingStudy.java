package scorefield.ncsn.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * The share of each noise level in the annealed loss Σᵢ λ(σᵢ)·ℓ(σᵢ), for λ(σ) = σ^p. A denoising loss is of the order
 * of its target's square, ‖z/σ‖²: exactly D/(2σ²) for a network that outputs zero, and less for a trained one. So
 * shares are proportional to σ^(p−2): with p = 2 they have the same order of magnitude; with p = 0 or 1 the few
 * smallest levels have nearly all of the loss.
 *
 * <p>The shares are not equal. For the true score of data with variance v in each direction, ℓ(σ) = D/(2σ²)·v/(v + σ²):
 * if σ is much larger than the width of the data, the noise can be inferred almost completely, and the loss is small.
 * The schedule here starts at the width of the data, where that factor is still about ½. In a schedule that starts at
 * the largest distance between two samples, the largest levels have a small share of the loss and little left to learn.
 *
 * <p>The spread of shares is the largest over the smallest. They have the same order of magnitude if the spread is at
 * most 10.
 */
public final class WeightingStudy implements Study {

    /** The largest spread of numbers with the same order of magnitude. */
    private static final double SAME = 10;

    /** The powers 0, 1 and 2 of the claim. */
    private static final int POWERS = 3;

    /** About the data's standard deviation in each direction. */
    private static final double WIDTH = 2;

    private static final double SMALLEST = 0.02;

    /**
     * The size of the experiment.
     *
     * @param levels L
     * @param samples the number of samples for the loss of each level
     * @param trainingSteps the number of training steps for the learned score
     */
    record Size(int levels, int samples, long trainingSteps) {}

    private final Size size;

    /** The study at its full size: 10 noise levels, 8192 samples for the loss of each, 3000 training steps. */
    public WeightingStudy() {
        this(new Size(10, 8192, 3000));
    }

    WeightingStudy(Size size) {
        this.size = size;
    }

    @Override
    public String name() {
        return "weighting";
    }

    @Override
    public String claim() {
        return "With λ(σ) = σ², the shares of the loss have the same order of magnitude for all noise levels up to the width of the data; with 1 or σ they do not.";
    }

    @Override
    public String formula() {
        return "L = 1/L·Σᵢ λ(σᵢ)·½·E‖s(x+σᵢz, σᵢ) + z/σᵢ‖²";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, section 4.2, equation 6";
    }

    @Override
    public boolean takesData() {
        return true;
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        NoiseLevels levels = NoiseLevels.geometric(WIDTH, SMALLEST, size.levels);
        Points data = laboratory.population().sample(10_000, laboratory.seed("data"));
        ScoreFunction learned = laboratory.train(
                new Mlp(new MlpSettings(64, 3), 2),
                new AnnealedDenoising(),
                data,
                levels,
                TrainingSettings.of(size.trainingSteps, 256, 2e-3, laboratory.seed("training")));
        Points held = laboratory.population().sample(size.samples, laboratory.seed("held out"));
        ScoreFunction zero = (x, sigma) -> Tensor.zeros(x.shape());
        double[][] ofZero = shares(laboratory, notebook, "a network that outputs zero", "zero", zero, held, levels);
        // These follow from σ^(p−2), so they are numbers to read and not claims that could fail.
        notebook.number("a network that outputs zero, λ = σ²: largest share over smallest", spread(ofZero[2]));
        notebook.number("a network that outputs zero, λ = σ: largest share over smallest", spread(ofZero[1]));
        notebook.number("a network that outputs zero, λ = 1: largest share over smallest", spread(ofZero[0]));
        double[][] ofLearned = shares(laboratory, notebook, "a trained network", "trained", learned, held, levels);
        notebook.atMost("a trained network, λ = σ²: largest share over smallest", spread(ofLearned[2]), SAME);
        notebook.atLeast("a trained network, λ = σ: largest share over smallest", spread(ofLearned[1]), SAME);
        notebook.atLeast("a trained network, λ = 1: largest share over smallest", spread(ofLearned[0]), SAME);
    }

    /** Each level's share, for λ = 1, σ and σ². */
    private double[][] shares(
            Laboratory laboratory,
            Notebook notebook,
            String which,
            String figure,
            ScoreFunction score,
            Points data,
            NoiseLevels levels) {
        double[][] shares = new double[POWERS][];
        for (int power = 0; power < POWERS; power++) {
            shares[power] = shares(losses(laboratory, score, data, levels, power));
        }
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (int i = 0; i < levels.count(); i++) {
            int level = i;
            rows.put(
                    String.format(Locale.ROOT, "%.3g", levels.sigma(i)),
                    Arrays.stream(shares).map(share -> share[level]).toList());
        }
        notebook.table(new Notebook.Table(
                "each level's share of the loss, " + which, List.of("σ", "λ = 1", "λ = σ", "λ = σ²"), rows));
        double[] sigmas = levels.toArray();
        notebook.figure(new Figure(
                "shares-" + figure,
                "Each noise level's share of the loss, " + which,
                Figure.Axis.logarithmic("noise level σ"),
                Figure.Axis.logarithmic("share of the loss"),
                List.of(
                        new Figure.Line("λ = 1", sigmas, shares[0]),
                        new Figure.Line("λ = σ", sigmas, shares[1]),
                        new Figure.Line("λ = σ²", sigmas, shares[2]))));
        return shares;
    }

    /** The mean loss at each level, weighted with σ^power; the noise is the same for all levels and powers. */
    private static double[] losses(
            Laboratory laboratory, ScoreFunction score, Points data, NoiseLevels levels, double power) {
        return Arrays.stream(levels.toArray())
                .map(sigma -> Arrays.stream(
                                laboratory.losses(new AnnealedDenoising(power), score, data.values(), sigma, "noise"))
                        .average()
                        .orElseThrow())
                .toArray();
    }

    /** Each number divided by the sum of all. */
    static double[] shares(double[] losses) {
        double sum = Arrays.stream(losses).sum();
        return Arrays.stream(losses).map(loss -> loss / sum).toArray();
    }

    /** The largest number over the smallest. */
    static double spread(double[] shares) {
        return Arrays.stream(shares).max().orElseThrow()
                / Arrays.stream(shares).min().orElseThrow();
    }
}
