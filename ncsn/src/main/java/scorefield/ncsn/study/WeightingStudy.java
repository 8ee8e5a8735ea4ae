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
 * How much of the annealed loss Σᵢ λ(σᵢ)·ℓ(σᵢ) each noise level has, for λ(σ) = σ^p. A denoising loss is about as large as its target's
 * square, ‖z/σ‖²: exactly D/(2σ²) for a network that says zero, and less for one that has learned. So shares go as σ^(p−2): with p = 2 they
 * are alike; with p = 0 or 1 the few smallest levels together have nearly all of the loss.
 *
 * <p>Alike is not equal. For the true score of data with variance v in each direction, ℓ(σ) = D/(2σ²)·v/(v + σ²): where σ is much larger than
 * the data are wide, there is hardly a choice left in what to say, and hardly a loss. The ladder here starts at the data's own width, where
 * that factor is still about ½; one that starts at the largest distance between two samples has levels at its top with a small share of the
 * loss, and nothing left to learn there.
 *
 * <p>Shares are compared by the largest over the smallest. Of the same size means within a factor of 10.
 */
public final class WeightingStudy implements Study {

    /** The order of magnitude within which numbers are of the same size. */
    private static final double SAME = 10;

    /** 0, 1 and 2 of the claim. */
    private static final int POWERS = 3;

    /** About the data's standard deviation in each direction. */
    private static final double WIDTH = 2;

    private static final double SMALLEST = 0.02;

    /**
     * How much is done.
     *
     * @param levels L
     * @param samples at which each level's loss is measured
     * @param trainingSteps for the learned score
     */
    record Size(int levels, int samples, long trainingSteps) {}

    private final Size size;

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
        return "With λ(σ) = σ² each noise level's share of the loss is of the same size, for levels up to the data's width; with 1 or σ it is not.";
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
        double[][] ofZero = shares(laboratory, notebook, "a network that says zero", "zero", zero, held, levels);
        // 1, and what follows from σ^(p−2): a number to read, not a claim that could fail.
        notebook.number("a network that says zero, λ = σ²: largest share over smallest", spread(ofZero[2]));
        notebook.number("a network that says zero, λ = σ: largest share over smallest", spread(ofZero[1]));
        notebook.number("a network that says zero, λ = 1: largest share over smallest", spread(ofZero[0]));
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

    /** The mean loss at each level, weighted with σ^power; with the same noise for all levels and powers. */
    private static double[] losses(
            Laboratory laboratory, ScoreFunction score, Points data, NoiseLevels levels, double power) {
        return Arrays.stream(levels.toArray())
                .map(sigma -> Arrays.stream(
                                laboratory.losses(new AnnealedDenoising(power), score, data.values(), sigma, "noise"))
                        .average()
                        .orElseThrow())
                .toArray();
    }

    /** Each number over their sum. */
    static double[] shares(double[] losses) {
        double sum = Arrays.stream(losses).sum();
        return Arrays.stream(losses).map(loss -> loss / sum).toArray();
    }

    /** The largest over the smallest. */
    static double spread(double[] shares) {
        return Arrays.stream(shares).max().orElseThrow()
                / Arrays.stream(shares).min().orElseThrow();
    }
}
