package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Moments;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.network.Preconditioning;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.FisherDivergence;
import scorefield.ncsn.objective.LossWeight;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;

/**
 * What was learned about training since NCSN, one step at a time: the same network with the same initial weights is trained for the same number
 * of steps on the same points, first as NCSNv2 does, then with EDM's preconditioning, with its loss weights as well, and with its density of σ
 * as well.
 *
 * <p>The true score of the perturbed data is known. The error at a noise level is the Fisher divergence from it, in units of that of a network
 * that outputs zero:
 *
 * <pre>E‖s(x̃, σ) − ∇log p_σ(x̃)‖² / E‖∇log p_σ(x̃)‖²</pre>
 *
 * <p>Levels are summarised by the geometric mean of their errors, because the errors of levels differ by orders of magnitude.
 */
public final class RecipeStudy implements Study {

    private static final double SMALLEST = 0.05;
    private static final double LARGEST = 20;

    /** EDM's log-normal density, in units of the data's deviation. */
    private static final double LOG_MEAN = -0.51;

    private static final double LOG_DEVIATION = 1.2;

    private static final String NCSNV2 = "NCSNv2";
    private static final String PRECONDITIONED = "+ preconditioning";
    private static final String WEIGHTED = "+ loss weights";
    private static final String DENSITY = "+ density of σ";

    /**
     * The size of the experiment.
     *
     * @param levels at how many noise levels errors are measured
     * @param samples for the error at each level
     * @param steps of each training
     */
    record Size(int levels, int samples, long steps) {}

    /** What differs from training to training. */
    private record Recipe(Parametrisation parametrisation, LossWeight weight, SigmaDensity density) {}

    private final Size size;

    /** The study at its usual size. */
    public RecipeStudy() {
        this(new Size(10, 4096, 2000));
    }

    RecipeStudy(Size size) {
        this.size = size;
    }

    @Override
    public String name() {
        return "recipe";
    }

    @Override
    public String claim() {
        return "With the same network and number of steps, EDM's preconditioning and loss weights lower the learned score's error, most of all at large noise levels; its density of σ then lowers it at the middle levels, at the cost of the smallest.";
    }

    @Override
    public String formula() {
        return "s(x, σ) = σ_d/(σ·√(σ²+σ_d²))·F − (x−μ)/(σ²+σ_d²)";
    }

    @Override
    public String source() {
        return "Karras et al. 2022, arXiv 2206.00364, section 5 and table 1; Song & Ermon 2020, arXiv 2006.09011";
    }

    @Override
    public boolean takesData() {
        return true;
    }

    private static Map<String, Recipe> recipes(Moments moments, NoiseLevels levels) {
        double deviation = moments.deviation();
        Parametrisation edm = new Preconditioning(moments.mean(), deviation);
        SigmaDensity uniform = SigmaDensity.uniformOver(levels);
        SigmaDensity logNormal = SigmaDensity.logNormal(levels, deviation, LOG_MEAN, LOG_DEVIATION);
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        recipes.put(NCSNV2, new Recipe(Mlp.NCSNV2, LossWeight.power(2), uniform));
        recipes.put(PRECONDITIONED, new Recipe(edm, LossWeight.power(2), uniform));
        recipes.put(WEIGHTED, new Recipe(edm, LossWeight.edm(deviation), uniform));
        recipes.put(DENSITY, new Recipe(edm, LossWeight.edm(deviation), logNormal));
        return recipes;
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        NoiseLevels levels = NoiseLevels.geometric(LARGEST, SMALLEST, size.levels);
        Points data = laboratory.population().sample(10_000, laboratory.seed("data"));
        Map<String, double[]> errors = new LinkedHashMap<>();
        Moments moments = Moments.of(data);
        recipes(moments, levels).forEach((name, recipe) -> {
            ScoreFunction learned = laboratory.train(
                    new Mlp(new MlpSettings(64, 3), 2, recipe.parametrisation),
                    new AnnealedDenoising(recipe.weight),
                    data,
                    recipe.density,
                    TrainingSettings.of(size.steps, 256, 2e-3, laboratory.seed("training")));
            errors.put(name, errors(laboratory, learned, levels));
        });
        show(notebook, errors, levels);
        double deviation = moments.deviation();
        Map<String, Double> means = new LinkedHashMap<>();
        errors.forEach((name, ofLevels) -> {
            means.put(name, geometricMean(ofLevels));
            notebook.number(name + ": geometric mean of the levels' errors", means.get(name));
        });
        notebook.atMost(
                "error with preconditioning and loss weights, over NCSNv2's",
                means.get(WEIGHTED) / means.get(NCSNV2),
                0.6);
        notebook.atMost(
                "error with EDM's density of σ over that without, at levels from a tenth of the data's deviation to the deviation",
                geometricMean(middle(errors.get(DENSITY), levels, deviation))
                        / geometricMean(middle(errors.get(WEIGHTED), levels, deviation)),
                0.95);
        int last = levels.count() - 1;
        notebook.atLeast(
                "error with EDM's density of σ over that without, at the smallest level",
                errors.get(DENSITY)[last] / errors.get(WEIGHTED)[last],
                1);
    }

    /** The errors at those levels that lie between a tenth of the data's deviation and the deviation. */
    private static double[] middle(double[] errors, NoiseLevels levels, double deviation) {
        return IntStream.range(0, levels.count())
                .filter(i -> levels.sigma(i) <= deviation && levels.sigma(i) >= deviation / 10)
                .mapToDouble(i -> errors[i])
                .toArray();
    }

    private double[] errors(Laboratory laboratory, ScoreFunction learned, NoiseLevels levels) {
        ScoreFunction truth = new MixtureScore(laboratory.population().mixture());
        ScoreFunction zero = (x, sigma) -> Tensor.zeros(x.shape());
        return Arrays.stream(levels.toArray())
                .map(sigma -> {
                    Points unseen = Points.of(
                            "unseen",
                            laboratory
                                    .population()
                                    .mixture()
                                    .perturbed(sigma)
                                    .sample(size.samples, laboratory.seed("unseen")));
                    return divergence(laboratory, truth, learned, unseen, sigma)
                            / divergence(laboratory, truth, zero, unseen, sigma);
                })
                .toArray();
    }

    private static double divergence(
            Laboratory laboratory, ScoreFunction truth, ScoreFunction score, Points points, double sigma) {
        double[] each = laboratory.losses(new FisherDivergence(truth), score, points.values(), sigma, "error");
        return Arrays.stream(each).average().orElseThrow();
    }

    private static void show(Notebook notebook, Map<String, double[]> errors, NoiseLevels levels) {
        List<String> columns = new ArrayList<>(List.of("σ"));
        columns.addAll(errors.keySet());
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (int i = 0; i < levels.count(); i++) {
            int level = i;
            rows.put(
                    String.format(Locale.ROOT, "%.3g", levels.sigma(i)),
                    errors.values().stream().map(ofLevels -> ofLevels[level]).toList());
        }
        notebook.table(new Notebook.Table("the learned score's error at each noise level", columns, rows));
        notebook.figure(new Figure(
                "errors",
                "The learned score's error at each noise level",
                Figure.Axis.logarithmic("noise level σ"),
                Figure.Axis.logarithmic("error, in units of that of zero output"),
                errors.entrySet().stream()
                        .<Figure.Mark>map(
                                recipe -> new Figure.Line(recipe.getKey(), levels.toArray(), recipe.getValue()))
                        .toList()));
    }

    /** exp of the mean logarithm. */
    static double geometricMean(double[] numbers) {
        return Math.exp(Arrays.stream(numbers).map(Math::log).average().orElseThrow());
    }
}
