package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * A network does not learn the score where there are no data, because every objective is an average over the data. The
 * study divides a square by the density of the data into regions with a given share of the data each. The error of the
 * learned score in a region is
 *
 * <pre>√(Σ‖s − ∇log p‖² / Σ‖∇log p‖²)</pre>
 *
 * <p>over points spread evenly in it: 0 for the true score, 1 for a network that always outputs 0. A score learned from
 * the clean data is accurate where nearly all data are and wrong elsewhere, which is most of the square.
 *
 * <p>Perturbed with a large σ, the data cover the square: the learned score of p_σ is accurate in the formerly empty
 * regions too. At a small σ, a noise conditional network is no better there than before; the large levels solve the
 * problem and lead chains to where the small levels are accurate.
 *
 * <p>The distribution is the paper's example, with all lengths divided by 5.
 */
public final class LowDensityStudy implements Study {

    private static final GaussianMixture MIXTURE = GaussianMixture.of(
            new double[] {0.2, 0.8},
            List.of(Gaussian.isotropic(new double[] {-1, -1}, 0.2), Gaussian.isotropic(new double[] {1, 1}, 0.2)));

    /** The square is [−EXTENT, EXTENT]², as in the paper's figure. */
    private static final double EXTENT = 1.6;

    /** Cumulative shares of the data in the regions, densest first; the last region is the rest of the square. */
    private static final double[] SHARES = {0.5, 0.9, 0.99, 0.999};

    private static final List<String> REGIONS =
            List.of("densest 50 %", "next 40 %", "next 9 %", "next 0.9 %", "the last 0.1 %");

    /**
     * The largest error of an accurate score: ¼ leaves a sixteenth of the score's mean square unexplained. An output of
     * 0 has error 1.
     */
    private static final double ACCURATE = 0.25;

    private final int points;
    private final long steps;
    private final NoiseLevels levels;

    /** σ₁ is about the largest distance between two points, σ_L a quarter of a mode's standard deviation. */
    public LowDensityStudy() {
        this(20_000, 3000, NoiseLevels.geometric(4, 0.05, 10));
    }

    /**
     * @param points the number of training points
     * @param steps the number of training steps for each network
     * @param levels the noise levels that should make the score accurate
     */
    LowDensityStudy(int points, long steps, NoiseLevels levels) {
        this.points = points;
        this.steps = steps;
        this.levels = levels;
    }

    @Override
    public String name() {
        return "low-density";
    }

    @Override
    public String claim() {
        return "A learned score is accurate only where there are data; perturbing the data with large noise makes it accurate"
                + " elsewhere too.";
    }

    @Override
    public String formula() {
        return "error of a region = √(Σ‖s − ∇log p_σ‖² / Σ‖∇log p_σ‖²)";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, section 3.2.1 and figure 2";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Points data = Points.of("two modes", MIXTURE.sample(points, laboratory.seed("data")));
        ScoreNetwork network = new Mlp(new MlpSettings(64, 3), 2);
        TrainingSettings settings = TrainingSettings.of(steps, 256, 1e-3, laboratory.seed("training"));
        // The data are not perturbed. The noise level is only an input here; at 1 it leaves the network's output
        // unscaled.
        ScoreFunction clean = laboratory.train(
                network, new SlicedScoreMatching(Projection.RADEMACHER, 1, true), data, NoiseLevels.of(1), settings);
        ScoreFunction conditional = laboratory.train(network, new AnnealedDenoising(), data, levels, settings);

        Values places = places(laboratory);
        int[] regions = regions(places, laboratory);
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        double[] withoutNoise =
                errors(laboratory.score(clean, places, 1).doubles(), truth(laboratory, places, 0), regions);
        rows.put("without noise", Arrays.stream(withoutNoise).boxed().toList());
        double[][] withNoise = new double[levels.count()][];
        for (int i = 0; i < levels.count(); i++) {
            double sigma = levels.sigma(i);
            withNoise[i] = errors(
                    laboratory.score(conditional, places, sigma).doubles(), truth(laboratory, places, sigma), regions);
            rows.put(
                    "σ = %.3g".formatted(sigma),
                    Arrays.stream(withNoise[i]).boxed().toList());
        }
        List<String> columns = new ArrayList<>(List.of(""));
        columns.addAll(REGIONS);
        notebook.table(new Notebook.Table("The learned score's error by region, densest first", columns, rows));
        notebook.number("share of the square's area in the last region", share(regions, SHARES.length));

        int last = SHARES.length;
        notebook.atMost(
                "error of the score learned without noise, in the region with the densest 50 % of the data",
                withoutNoise[0], ACCURATE);
        notebook.atLeast(
                "its error in the region with the last 0.1 % of the data, most of the square",
                withoutNoise[last], ACCURATE);
        notebook.atMost(
                "error of the score learned with the largest noise, in that same region", withNoise[0][last], ACCURATE);
        notebook.atMost(
                "its largest error over all regions",
                Arrays.stream(withNoise[0]).max().orElseThrow(),
                ACCURATE);
        figures(laboratory, notebook, clean, withoutNoise, withNoise);
    }

    /** Points spread evenly over the square, N×2. */
    private static Values places(Laboratory laboratory) {
        Random random = laboratory.random("places");
        float[] places = new float[2 * 20_000];
        for (int i = 0; i < places.length; i++) {
            places[i] = (float) (EXTENT * (2 * random.nextDouble() - 1));
        }
        return Values.of(Shape.of(places.length / 2, 2), places);
    }

    /** The region of each point, by the density of the data there: 0 for the densest. */
    private static int[] regions(Values places, Laboratory laboratory) {
        double[] densities = Arrays.stream(MIXTURE.sample(100_000, laboratory.seed("densities")))
                .mapToDouble(MIXTURE::logDensity)
                .sorted()
                .toArray();
        double[] thresholds = Arrays.stream(SHARES)
                .map(share -> densities[(int) Math.round((1 - share) * (densities.length - 1))])
                .toArray();
        int[] regions = new int[places.shape().dim(0)];
        for (int i = 0; i < regions.length; i++) {
            double density = MIXTURE.logDensity(new double[] {places.get(2 * i), places.get(2 * i + 1)});
            while (regions[i] < thresholds.length && density < thresholds[regions[i]]) {
                regions[i]++;
            }
        }
        return regions;
    }

    private static double share(int[] regions, int region) {
        return Arrays.stream(regions).filter(r -> r == region).count() / (double) regions.length;
    }

    private static double[] truth(Laboratory laboratory, Values places, double sigma) {
        return laboratory.score(new MixtureScore(MIXTURE), places, sigma).doubles();
    }

    /**
     * A score's relative error in each region.
     *
     * @param learned N×2
     * @param truth N×2
     * @param regions N; every region occurs at least once
     */
    static double[] errors(double[] learned, double[] truth, int[] regions) {
        double[] wrong = new double[SHARES.length + 1];
        double[] all = new double[SHARES.length + 1];
        for (int i = 0; i < truth.length; i++) {
            int region = regions[i / 2];
            wrong[region] += (learned[i] - truth[i]) * (learned[i] - truth[i]);
            all[region] += truth[i] * truth[i];
        }
        double[] errors = new double[wrong.length];
        for (int r = 0; r < errors.length; r++) {
            errors[r] = Math.sqrt(wrong[r] / all[r]);
        }
        return errors;
    }

    // ---- figures

    private void figures(
            Laboratory laboratory,
            Notebook notebook,
            ScoreFunction clean,
            double[] withoutNoise,
            double[][] withNoise) {
        double[] region = new double[SHARES.length + 1];
        Arrays.setAll(region, r -> r + 1.0);
        List<Figure.Mark> marks = new ArrayList<>();
        marks.add(new Figure.Line("without noise", region, withoutNoise));
        for (int i = 0; i < levels.count(); i += 3) {
            marks.add(new Figure.Line("σ = %.3g".formatted(levels.sigma(i)), region, withNoise[i]));
        }
        notebook.figure(new Figure(
                "error-by-density",
                "The learned score's error by region, from the densest half of the data to the nearly empty rest",
                Figure.Axis.linear("region: with the densest 50 %, to 90 %, to 99 %, to 99.9 % of the data, the rest"),
                Figure.Axis.logarithmic("√(Σ‖s − ∇log p_σ‖² / Σ‖∇log p_σ‖²)"),
                marks));
        notebook.figure(field(
                laboratory,
                "true-score",
                "The true score of the data, over their density",
                new MixtureScore(MIXTURE),
                0));
        notebook.figure(field(
                laboratory, "learned-score", "The score learned without noise, over the data's density", clean, 1));
    }

    /**
     * The length of an arrow is the square root of the score's norm, so that short arrows are visible next to long
     * ones.
     */
    private static Figure field(Laboratory laboratory, String name, String title, ScoreFunction score, double level) {
        double[] fine = grid(65);
        double[][] density = new double[fine.length][fine.length];
        for (int j = 0; j < fine.length; j++) {
            for (int i = 0; i < fine.length; i++) {
                density[j][i] = Math.exp(MIXTURE.logDensity(new double[] {fine[i], fine[j]}));
            }
        }
        double[] coarse = grid(17);
        int n = coarse.length * coarse.length;
        float[] places = new float[2 * n];
        for (int i = 0; i < n; i++) {
            places[2 * i] = (float) coarse[i % coarse.length];
            places[2 * i + 1] = (float) coarse[i / coarse.length];
        }
        double[] arrows = laboratory
                .score(score, Values.of(Shape.of(n, 2), places), level)
                .doubles();
        double[][] columns = new double[4][n];
        for (int i = 0; i < n; i++) {
            double norm = Math.hypot(arrows[2 * i], arrows[2 * i + 1]);
            double length = norm == 0 ? 0 : 0.02 / Math.sqrt(norm);
            columns[0][i] = places[2 * i];
            columns[1][i] = places[2 * i + 1];
            columns[2][i] = length * arrows[2 * i];
            columns[3][i] = length * arrows[2 * i + 1];
        }
        return Figure.plane(
                name,
                title,
                List.of(
                        new Figure.Heat("density", fine, fine, density),
                        new Figure.Arrows("score", columns[0], columns[1], columns[2], columns[3])));
    }

    private static double[] grid(int count) {
        double[] at = new double[count];
        Arrays.setAll(at, i -> EXTENT * (2.0 * i / (count - 1) - 1));
        return at;
    }
}
