package scorefield.ncsn.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.objective.ExactScoreMatching;
import scorefield.ncsn.objective.FisherDivergence;
import scorefield.ncsn.objective.Objective;

/**
 * Score matching without knowledge of the score. The Fisher divergence ½·E‖s − ∇log p‖² contains the unknown ∇log p.
 * When it is expanded, the cross term is −E[s·∇log p] = −∫ s·∇p dx, and integration by parts moves the derivative from
 * p to s:
 *
 * <pre>½·E‖s − ∇log p‖² = E[½‖s‖² + tr ∇s] + C,   C = ½·E‖∇log p‖²</pre>
 *
 * <p>(Hyvärinen 2005, theorem 1). The right side needs samples of p only, and C does not depend on s. Here p is a
 * mixture with a known score, so both sides can be computed: for networks with random weights, which are unrelated to
 * p, their difference is always C, where C is computed by a sum over a grid rather than from the samples. First, a
 * worked example, s(x) = [3x₁, 4x₂², 5], shows that graphs give the same ‖s‖² and tr ∇s as a calculation by hand.
 */
public final class FisherStudy implements Study {

    /**
     * s = network − pull·x, for networks with random weights. Without the pull, the trace of such a network is nearly 0
     * on average, and an error in its sign would not show.
     */
    private static final double[] PULLS = {0, 1, 2, 3, 4, 5};

    /**
     * The standard deviation of the networks' weights, with which their scores have about the magnitude of the data's
     * score.
     */
    private static final double WEIGHTS = 0.5;

    /** The largest relative error of rounding to a float: half an ulp. */
    private static final double ROUNDING = 0x1p-24;

    private final int samples;
    private final Objective implicit;

    /** The study at its full size: 20,000 samples of the mixture. */
    public FisherStudy() {
        this(20_000, new ExactScoreMatching());
    }

    /**
     * @param samples the number of samples of the mixture
     * @param implicit the objective that should equal the Fisher divergence minus a constant
     */
    FisherStudy(int samples, Objective implicit) {
        this.samples = samples;
        this.implicit = implicit;
    }

    @Override
    public String name() {
        return "fisher";
    }

    @Override
    public String claim() {
        return "The loss that needs the unknown score of the data (explicit score matching) and the loss that needs only samples (implicit, exact"
                + " score matching) differ by a constant that does not depend on the network.";
    }

    @Override
    public String formula() {
        return "½·E‖s − ∇log p‖² = E[½‖s‖² + tr ∇s] + ½·E‖∇log p‖²";
    }

    @Override
    public String source() {
        return "Hyvärinen 2005, theorem 1";
    }

    @Override
    public boolean takesData() {
        return true;
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        workedExample(laboratory, notebook);
        GaussianMixture mixture = laboratory.population().mixture();
        Values points = Points.of("mixture", mixture.sample(samples, laboratory.seed("samples")))
                .values();
        double constant = constant(mixture);
        notebook.number("C = ½·E‖∇log p‖², by a sum over a grid", constant);
        networks(laboratory, notebook, points, mixture, constant);
        scaledScores(laboratory, notebook, points, mixture);
    }

    // ---- the worked example

    /** s(x) = [3x₁, 4x₂², 5] of a batch N×3. */
    static Tensor example(Tensor x) {
        return Tensor.concatenate(
                1,
                List.of(
                        x.slice(1, 0, 1).times(3),
                        x.slice(1, 1, 2).square().times(4),
                        Tensor.fill(Shape.of(x.shape().dim(0), 1), 5)));
    }

    private static void workedExample(Laboratory laboratory, Notebook notebook) {
        int n = 1000;
        Random random = laboratory.random("worked example");
        float[] numbers = new float[3 * n];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (4 * random.nextDouble() - 2);
        }
        numbers[0] = 1;
        numbers[1] = 2;
        numbers[2] = 3;
        Values points = Values.of(Shape.of(n, 3), numbers);
        Tensor x = Tensor.input("x", points.shape());
        Values norm = laboratory.compute(example(x).square().sum(1), Map.of(x, points));
        Values trace = laboratory.compute(Jacobian.trace(FisherStudy::example, x), Map.of(x, points));
        double worst = 0;
        for (int i = 0; i < n; i++) {
            double x1 = numbers[3 * i];
            double x2 = numbers[3 * i + 1];
            double normByHand = 9 * x1 * x1 + 16 * Math.pow(x2, 4) + 25;
            worst = Math.max(worst, Math.abs(norm.get(i) - normByHand) / normByHand);
            worst = Math.max(worst, Math.abs(trace.get(i) - (3 + 8 * x2)) / (3 + Math.abs(8 * x2)));
        }
        notebook.number("‖s‖² at (1, 2, 3), by hand 9 + 256 + 25 = 290", norm.get(0));
        notebook.number("tr ∇s at (1, 2, 3), by hand 3 + 16 = 19", trace.get(0));
        // ‖s‖² has the longest chain: a product, a square, two sums. The square doubles the error of its argument, so 5
        // roundings.
        notebook.atMost(
                "s(x) = [3x₁, 4x₂², 5]: ‖s‖² = 9x₁² + 16x₂⁴ + 25 and tr ∇s = 3 + 8x₂ at " + n
                        + " points: largest error in roundings of a float",
                worst / ROUNDING,
                5);
        notebook.figure(exampleFigure());
    }

    private static Figure exampleFigure() {
        double[] at = grid(-2, 2, 17);
        double[][] traces = new double[at.length][at.length];
        int count = at.length * at.length;
        double[] x = new double[count];
        double[] y = new double[count];
        double[] dx = new double[count];
        double[] dy = new double[count];
        for (int j = 0; j < at.length; j++) {
            for (int i = 0; i < at.length; i++) {
                int k = j * at.length + i;
                traces[j][i] = 3 + 8 * at[j];
                x[k] = at[i];
                y[k] = at[j];
                // Scaled so that the longest arrow, 4·2² = 16, is not much longer than a cell.
                dx[k] = 0.02 * 3 * at[i];
                dy[k] = 0.02 * 4 * at[j] * at[j];
            }
        }
        return Figure.plane(
                "worked-example",
                "s(x) = [3x₁, 4x₂², 5]: tr ∇s = 3 + 8x₂ is positive where the field diverges",
                List.of(
                        new Figure.Heat("tr ∇s", at, at, traces),
                        new Figure.Arrows("(s₁, s₂), one fiftieth as long", x, y, dx, dy)));
    }

    // ---- explicit and implicit

    /**
     * ½·E‖∇log p‖² by the midpoint rule. For smooth functions that vanish at the ends, its error falls faster than any
     * power of the cell width h: like exp(−2π²·v/h²) for a Gaussian of variance v, which is 1e-130 for the narrowest
     * component of the mixture.
     */
    static double constant(GaussianMixture mixture) {
        double h = 0.05;
        int cells = 320; // [−8, 8]²: eight standard deviations past the outermost component
        double sum = 0;
        for (int j = 0; j < cells; j++) {
            for (int i = 0; i < cells; i++) {
                double[] x = {(i + 0.5 - cells / 2.0) * h, (j + 0.5 - cells / 2.0) * h};
                double squares = Arrays.stream(mixture.score(x)).map(s -> s * s).sum();
                sum += Math.exp(mixture.logDensity(x)) * squares * h * h;
            }
        }
        return sum / 2;
    }

    private void networks(
            Laboratory laboratory, Notebook notebook, Values points, GaussianMixture mixture, double constant) {
        Mlp mlp = new Mlp(new MlpSettings(16, 2), mixture.dimension());
        Tensor weights = Tensor.input("weights", Shape.of(mlp.parameters().size()));
        ScoreFunction network = mlp.with(mlp.parameters().weights(weights));
        Tensor pull = Tensor.input("pull", Shape.SCALAR);
        Tensor x = Tensor.input("x", points.shape());
        Random random = laboratory.random("networks");
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        double[] explicits = new double[PULLS.length];
        double[] implicits = new double[PULLS.length];
        double worst = 0;
        double largestError = 0;
        ScoreFunction pulled = (at, sigma) -> network.score(at, sigma).minus(at.times(pull));
        try (Losses losses = new Losses(laboratory, pulled, mixture, x)) {
            for (int k = 0; k < PULLS.length; k++) {
                double[] numbers = new double[weights.shape().size()];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = WEIGHTS * random.nextGaussian();
                }
                Both both = losses.at(
                        Map.of(x, points, weights, Values.of(weights.shape(), numbers), pull, Values.scalar(PULLS[k])));
                explicits[k] = both.explicit.mean();
                implicits[k] = both.implicit.mean();
                Estimate difference = both.difference;
                double deviation = difference.deviationFrom(constant);
                worst = Math.max(worst, Math.abs(deviation));
                largestError = Math.max(largestError, difference.standardError());
                rows.put(
                        "network " + (k + 1) + ", pull " + PULLS[k],
                        List.of(explicits[k], implicits[k], difference.mean(), difference.standardError(), deviation));
            }
        }
        notebook.table(new Notebook.Table(
                "Networks with random weights and a pull towards the origin",
                List.of(
                        "",
                        "explicit loss",
                        "implicit loss",
                        "difference",
                        "its standard error",
                        "standard errors from C"),
                rows));
        notebook.atMost(
                "for every network, explicit minus implicit loss is C: largest deviation in standard errors", worst, 4);
        double spread = Arrays.stream(explicits).max().orElseThrow()
                - Arrays.stream(explicits).min().orElseThrow();
        // Ten times the tolerance of the claim above: losses that hardly differ would agree with any constant.
        notebook.atLeast(
                "but the losses differ from network to network: difference in standard errors",
                spread / largestError,
                40);
        double from = Arrays.stream(explicits).min().orElseThrow();
        double to = Arrays.stream(explicits).max().orElseThrow();
        notebook.figure(new Figure(
                "explicit-and-implicit",
                "Both losses of networks with random weights",
                Figure.Axis.linear("explicit loss ½·E‖s − ∇log p‖²"),
                Figure.Axis.linear("implicit loss E[½‖s‖² + tr ∇s]"),
                List.of(
                        new Figure.Line("explicit loss − C", new double[] {from, to}, new double[] {
                            from - constant, to - constant
                        }),
                        new Figure.Dots("networks", explicits, implicits))));
    }

    /**
     * The losses of a·∇log p for a from 0 to 2: two parabolas, shifted by a constant, with the same minimum at the true
     * score.
     */
    private void scaledScores(Laboratory laboratory, Notebook notebook, Values points, GaussianMixture mixture) {
        Tensor factor = Tensor.input("a", Shape.SCALAR);
        Tensor x = Tensor.input("x", points.shape());
        ScoreFunction truth = clean(mixture);
        double[] factors = grid(0, 2, 21);
        double[] explicits = new double[factors.length];
        double[] implicits = new double[factors.length];
        try (Losses losses =
                new Losses(laboratory, (at, sigma) -> truth.score(at, sigma).times(factor), mixture, x)) {
            for (int k = 0; k < factors.length; k++) {
                Both both = losses.at(Map.of(x, points, factor, Values.scalar(factors[k])));
                explicits[k] = both.explicit.mean();
                implicits[k] = both.implicit.mean();
            }
        }
        notebook.figure(new Figure(
                "one-minimum",
                "Both losses of s = a·∇log p",
                Figure.Axis.linear("a"),
                Figure.Axis.linear("loss"),
                List.of(
                        new Figure.Line("explicit", factors, explicits),
                        new Figure.Line("implicit", factors, implicits),
                        new Figure.Rule("the true score", 1))));
    }

    /** The clean score of the mixture, for any noise level. */
    private static ScoreFunction clean(GaussianMixture mixture) {
        ScoreFunction score = new MixtureScore(mixture);
        return (x, sigma) -> score.score(x, Tensor.zeros(sigma.shape()));
    }

    private static double[] grid(double from, double to, int count) {
        double[] at = new double[count];
        for (int i = 0; i < count; i++) {
            at[i] = from + (to - from) * i / (count - 1);
        }
        return at;
    }

    /**
     * Both losses at the same samples.
     *
     * @param difference explicit minus implicit, from the same samples
     */
    private record Both(Estimate explicit, Estimate implicit, Estimate difference) {}

    /** Both losses of one score function with inputs in it. */
    private final class Losses implements AutoCloseable {

        private final Executable executable;

        Losses(Laboratory laboratory, ScoreFunction score, GaussianMixture mixture, Tensor x) {
            // Networks need some noise level.
            Tensor sigma = Tensor.fill(Shape.of(x.shape().dim(0)), 1);
            Draws none = Draws.given(); // neither objective draws anything
            executable = laboratory
                    .device()
                    .compile(Program.fetching(
                            new FisherDivergence(clean(mixture)).perSample(score, x, sigma, none),
                            implicit.perSample(score, x, sigma, none)));
        }

        Both at(Map<Tensor, Values> feeds) {
            List<Values> losses = executable.run(feeds);
            double[] one = losses.get(0).doubles();
            double[] other = losses.get(1).doubles();
            double[] differences = new double[one.length];
            for (int i = 0; i < one.length; i++) {
                differences[i] = one[i] - other[i];
            }
            return new Both(Estimate.of(one), Estimate.of(other), Estimate.of(differences));
        }

        @Override
        public void close() {
            executable.close();
        }
    }
}
