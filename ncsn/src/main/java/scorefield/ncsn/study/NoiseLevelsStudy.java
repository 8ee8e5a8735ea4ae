package scorefield.ncsn.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import scorefield.ncsn.data.LargestDistance;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.SlicedWasserstein;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.schedule.Ncsnv2;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SamplingPlan;

/**
 * Which noise schedule gives good samples: how many levels L, from which σ₁, to which σ_L. One of the three varies at a
 * time, with T = 5 steps per level as in NCSNv2 and the step size of its technique 4. The score is the true score of a
 * mixture, so that the results depend on the schedule and not on a network.
 *
 * <ul>
 *   <li>Too few levels: in T = 5 steps a chain does not get from the distribution of one level to that of the next. In
 *       the plane, with the true score, twenty levels are enough; more are harmless but slower. Hundreds are needed in
 *       high dimensions: in D dimensions N(0, σ²I) lies in a shell of relative width 1/√(2D), a network learns the
 *       score of each level on its own shell only, and technique 2 requires neighbouring shells to overlap. Below 5
 *       dimensions they always do; for images the technique requires about a hundred levels or more, as a figure shows.
 *   <li>A σ₁ that is too small: the chains never get from where they start to all modes. NCSNv2's technique 1 uses the
 *       largest distance between two points.
 *   <li>A σ_L that is too large: the denoising step, which goes to the mean of the data given the noisy point, removes
 *       more than the noise. If σ_L is below the width of the modes, that mean is a good sample; above it, modes
 *       collapse.
 * </ul>
 *
 * <p>The distance is the sliced Wasserstein distance to points drawn from the mixture. It is measured in units of the
 * distance between two exact samples, so 1 is perfect.
 */
public final class NoiseLevelsStudy implements Study {

    private static final GaussianMixture MIXTURE = PlanarSets.mixture();
    /** A number of levels in the hundreds. */
    private static final int LEVELS = 200;

    private static final int FEW = 5;

    /** A tenth of the narrowest mode's standard deviation. */
    private static final double SMALLEST = 0.02;

    /** About the mixture's own standard deviation in each direction. */
    private static final double WIDE = 2;

    private static final int DIRECTIONS = 50;

    /** The number of pairs of exact samples, whose mean distance is the unit. */
    private static final int PAIRS = 10;

    /** Samples are good up to this distance, in units of the distance between two exact samples. */
    private static final double GOOD = 2;

    private final int samples;
    private final double stepScale;

    /** The study at its full size: 2000 samples for each schedule. */
    public NoiseLevelsStudy() {
        this(2000, 1);
    }

    /**
     * @param samples the number of samples for each schedule
     * @param stepScale ε over that of technique 4; it is 1 except in tests
     */
    NoiseLevelsStudy(int samples, double stepScale) {
        this.samples = samples;
        this.stepScale = stepScale;
    }

    @Override
    public String name() {
        return "noise-levels";
    }

    @Override
    public String claim() {
        return "Samples are good with L in the hundreds, the largest σ at the largest distance between two points, and the smallest σ below the"
                + " detail of the data. They are not with 5 levels, with a tenth of that largest σ, or with a smallest σ as large as"
                + " the width of the data.";
    }

    @Override
    public String formula() {
        return "σᵢ = σ₁·(σ_L/σ₁)^((i−1)/(L−1)), αᵢ = ε·σᵢ²/σ_L²";
    }

    @Override
    public String source() {
        return "Song & Ermon 2020, arXiv 2006.09011, techniques 1, 2 and 4";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Trials trials = new Trials(laboratory, samples, stepScale);
        double largest = LargestDistance.among(Points.of("data", MIXTURE.sample(2000, laboratory.seed("data"))))
                .value();
        notebook.number("largest distance between two of 2000 points", largest);
        notebook.number("distance between two exact samples", trials.unit);

        double[] counts = {3, FEW, 10, 20, 50, 100, LEVELS, 400};
        double[] byCount = trials.distances(counts, count -> NoiseLevels.geometric(largest, SMALLEST, (int) count));
        double[] firsts = multiples(largest, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4);
        double[] byFirst = trials.distances(firsts, first -> NoiseLevels.geometric(first, SMALLEST, LEVELS));
        double[] lasts = multiples(SMALLEST, 0.25, 0.5, 1, 2, 5, 10, 20, 50, WIDE / SMALLEST);
        double[] byLast = trials.distances(lasts, last -> NoiseLevels.geometric(largest, last, LEVELS));

        notebook.atMost(
                "distance with L = 200, σ₁ = the largest distance and σ_L = a tenth of the narrowest mode, over that of exact samples",
                at(LEVELS, counts, byCount),
                GOOD);
        notebook.atLeast("the same with L = 5", at(FEW, counts, byCount), GOOD);
        notebook.atLeast("the same with a tenth of σ₁", at(largest * 0.1, firsts, byFirst), GOOD);
        notebook.atLeast("the same with σ_L as large as the width of the data", at(WIDE, lasts, byLast), GOOD);
        draw(notebook, "levels", "number of levels L", counts, byCount, "L = 200", LEVELS);
        draw(notebook, "largest", "largest noise level σ₁", firsts, byFirst, "the largest distance", largest);
        draw(
                notebook,
                "smallest",
                "smallest noise level σ_L",
                lasts,
                byLast,
                "a tenth of the narrowest mode",
                SMALLEST);
        drawCount(notebook, largest);
    }

    private static double at(double setting, double[] settings, double[] distances) {
        for (int i = 0; i < settings.length; i++) {
            if (settings[i] == setting) {
                return distances[i];
            }
        }
        throw new IllegalArgumentException(setting + " is not among " + Arrays.toString(settings));
    }

    private static void draw(
            Notebook notebook,
            String name,
            String axis,
            double[] settings,
            double[] distances,
            String mark,
            double recommended) {
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        for (int i = 0; i < settings.length; i++) {
            rows.put(String.format(Locale.ROOT, "%.4g", settings[i]), List.of(distances[i]));
        }
        notebook.table(new Notebook.Table(
                "the samples' distance against the " + axis,
                List.of(axis, "distance over that of exact samples"),
                rows));
        double[] exact = new double[settings.length];
        Arrays.fill(exact, 1);
        notebook.figure(new Figure(
                name,
                "The samples' distance from the data against the " + axis,
                Figure.Axis.logarithmic(axis),
                Figure.Axis.logarithmic("sliced Wasserstein distance over that of exact samples"),
                List.of(
                        new Figure.Line("samples", settings, distances),
                        new Figure.Line("exact samples", settings, exact),
                        new Figure.Rule(mark, recommended))));
    }

    /** The number of levels that technique 2 requires between these σ₁ and σ_L, against the dimension. */
    private static void drawCount(Notebook notebook, double largest) {
        double[] dimensions = {6, 12, 24, 48, 96, 192, 384, 784, 1536, 3072, 12_288};
        double[] counts = Arrays.stream(dimensions)
                .map(d -> Ncsnv2.count(largest, SMALLEST, Ncsnv2.ratio((int) d, Ncsnv2.OVERLAP)))
                .toArray();
        notebook.figure(new Figure(
                "levels-by-dimension",
                "The number of levels that NCSNv2's technique 2 requires between the same σ₁ and σ_L",
                Figure.Axis.logarithmic("dimension D"),
                Figure.Axis.logarithmic("number of levels L"),
                List.of(
                        new Figure.Line("overlap ½", dimensions, counts),
                        new Figure.Rule("28×28", 784),
                        new Figure.Rule("32×32×3", 3072))));
    }

    private static double[] multiples(double unit, double... factors) {
        return Arrays.stream(factors).map(factor -> unit * factor).toArray();
    }

    /** Measures noise schedules. */
    private static final class Trials {

        private final Laboratory laboratory;
        private final int samples;
        private final double stepScale;
        private final ScoreFunction score = new MixtureScore(MIXTURE);
        private final double[][] heldOut;
        private final double unit;

        Trials(Laboratory laboratory, int samples, double stepScale) {
            this.laboratory = laboratory;
            this.samples = samples;
            this.stepScale = stepScale;
            heldOut = MIXTURE.sample(samples, laboratory.seed("held out"));
            double sum = 0;
            for (int pair = 0; pair < PAIRS; pair++) {
                sum += distance(MIXTURE.sample(samples, laboratory.seed("exact " + pair)));
            }
            unit = sum / PAIRS;
        }

        private double distance(double[][] points) {
            return SlicedWasserstein.distance(points, heldOut, DIRECTIONS, laboratory.seed("directions"));
        }

        double[] distances(double[] settings, DoubleFunction<NoiseLevels> schedule) {
            return Arrays.stream(settings)
                    .map(setting -> {
                        NoiseLevels levels = schedule.apply(setting);
                        double stepSize = stepScale * Ncsnv2.stepSize(levels, SamplingPlan.DEFAULT_STEPS);
                        SamplingPlan plan = new SamplingPlan(levels, SamplingPlan.DEFAULT_STEPS, stepSize, true);
                        Points drawn = laboratory.samples(score, plan, samples, 2, "samples", progress -> {});
                        return distance(drawn.rows()) / unit;
                    })
                    .toArray();
        }
    }
}
