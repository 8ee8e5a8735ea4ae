package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.metric.KernelTwoSampleTest;
import scorefield.ncsn.sampler.LangevinDynamics;

/**
 * The score points uphill on log p. Following it, x ← x + (α/2)·s(x), leads to a local maximum of p: a mode. Langevin
 * dynamics adds √α·z to the same step, and then p is the stationary distribution (up to a term in α): the noise spreads
 * the chains exactly as much as the score contracts them.
 *
 * <p>Both start at exact samples of a mixture and take the same number of steps with its true score, so only the
 * dynamics can change the distribution of the samples. The spread of points within their modes is the mean of
 *
 * <pre>(x − μₖ)ᵀ·Σₖ⁻¹·(x − μₖ) / D</pre>
 *
 * over points x with their most probable component k: about 1 for samples of the mixture, 0 if all points are at modes.
 */
public final class FollowTheScoreStudy implements Study {

    private static final GaussianMixture MIXTURE = PlanarSets.mixture();

    private static final int WATCHED = 20;

    /**
     * The distance up to which a point counts as "at" a mode: a twentieth of the narrowest component's standard
     * deviation.
     */
    private static final double NEAR = 0.01;

    private final int chains;
    private final double step;
    private final int steps;
    private final Move langevin;

    /**
     * Uses α = a tenth of the narrowest component's variance, 0.04. The stationary variance v/(1 − α/(4v)) is then 2.5
     * % too large there, and 0.8 % on average over directions and components, less than half a standard error of 2000
     * chains. αT/2 = 6 is 11 times the largest variance along any axis, 0.52, so following the score leaves e⁻¹¹ of the
     * distance to a mode.
     */
    public FollowTheScoreStudy() {
        this(2000, 0.004, 3000, LangevinDynamics::step);
    }

    /**
     * @param chains the number of chains of each kind
     * @param step α
     * @param steps T
     * @param langevin the dynamics that should preserve the distribution
     */
    FollowTheScoreStudy(int chains, double step, int steps, Move langevin) {
        this.chains = chains;
        this.step = step;
        this.steps = steps;
        this.langevin = langevin;
    }

    @Override
    public String name() {
        return "follow-the-score";
    }

    @Override
    public String claim() {
        return "Following the score without noise collapses samples onto the modes; Langevin dynamics preserves their distribution.";
    }

    @Override
    public String formula() {
        return "x ← x + (α/2)·s(x)   against   x ← x + (α/2)·s(x) + √α·z";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, equation 4";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Values start = exact(laboratory, "start").values();
        Run followed = run(laboratory, start, LangevinDynamics::follow);
        Run wandered = run(laboratory, start, langevin);
        double[][] modes = modes();
        Estimate spread = spread(wandered.end());
        Estimate before = spread(start.floats());
        notebook.number("spread within modes at the start", before.mean());
        notebook.number(
                "spread within modes after following the score",
                spread(followed.end()).mean());
        notebook.number("spread within modes after Langevin dynamics", spread.mean());

        notebook.atLeast(
                "after following the score, share of samples within " + NEAR + " of one of " + modes.length + " modes",
                near(modes, followed.end()),
                0.99);
        // The largest density, at the first mode, is 0.35/(2π·√det) = 0.32; times the area of five such discs, it is
        // 0.0005.
        notebook.atMost("after Langevin dynamics, the same share", near(modes, wandered.end()), 0.01);
        double error = Math.hypot(spread.standardError(), before.standardError());
        notebook.atMost(
                "Langevin dynamics preserves the spread within modes: deviation in standard errors",
                Math.abs(spread.mean() - before.mean()) / error,
                4);
        Points fresh = exact(laboratory, "fresh");
        notebook.atMost(
                "a kernel two-sample test with new samples of the mixture rejects the samples that followed the score: p-value",
                test(followed.end(), fresh, laboratory).pValue(),
                0.01);
        // One in a hundred sets of samples of the mixture itself has a p-value below this.
        notebook.atLeast(
                "the test does not reject the samples of Langevin dynamics: p-value",
                test(wandered.end(), fresh, laboratory).pValue(),
                0.01);

        notebook.figure(paths("following", "Following the score: the paths of 40 samples", followed));
        notebook.figure(paths("langevin", "Langevin dynamics: the same 40 samples, every 20 steps", wandered));
        notebook.figure(new Figure(
                "spread",
                "The spread of samples within their modes",
                Figure.Axis.linear("steps"),
                Figure.Axis.logarithmic("mean of (x−μₖ)ᵀΣₖ⁻¹(x−μₖ)/D"),
                List.of(
                        new Figure.Line("following the score", times(followed), spreads(followed)),
                        new Figure.Line("Langevin dynamics", times(wandered), spreads(wandered)))));
    }

    private Points exact(Laboratory laboratory, String purpose) {
        return Points.of(purpose, MIXTURE.sample(chains, laboratory.seed(purpose)));
    }

    /**
     * The positions of the chains, chains×2 each time.
     *
     * @param frames the positions at the start and after every {@link #WATCHED} steps
     */
    private record Run(List<float[]> frames) {

        float[] end() {
            return frames.get(frames.size() - 1);
        }
    }

    private Run run(Laboratory laboratory, Values start, Move move) {
        List<float[]> frames = new ArrayList<>(List.of(start.floats()));
        try (LangevinDynamics dynamics =
                new LangevinDynamics(laboratory.device(), new MixtureScore(MIXTURE), start.shape())) {
            dynamics.seed(laboratory.seed("noise"), 0);
            dynamics.startAt(start);
            for (int t = 1; t <= steps; t++) {
                move.apply(dynamics, 0, step);
                if (t % WATCHED == 0) {
                    frames.add(dynamics.x().floats());
                }
            }
        }
        return new Run(frames);
    }

    /** The spread of points N×2 within their modes; 1 for samples of the mixture. */
    static Estimate spread(float[] points) {
        double[] squares = new double[points.length / 2];
        for (int i = 0; i < squares.length; i++) {
            double[] x = {points[2 * i], points[2 * i + 1]};
            Gaussian component = MIXTURE.components().get(mostProbable(x));
            double[] mean = component.mean();
            double[] score = component.score(x); // −Σ⁻¹(x − μ)
            squares[i] = -((x[0] - mean[0]) * score[0] + (x[1] - mean[1]) * score[1]) / 2;
        }
        return Estimate.of(squares);
    }

    private static int mostProbable(double[] x) {
        double[] responsibilities = MIXTURE.responsibilities(x);
        int best = 0;
        for (int k = 1; k < responsibilities.length; k++) {
            best = responsibilities[k] > responsibilities[best] ? k : best;
        }
        return best;
    }

    /**
     * The modes of the mixture, found by gradient ascent from each component's mean, with steps of a tenth of the
     * narrowest component's variance.
     */
    static double[][] modes() {
        return MIXTURE.components().stream()
                .map(component -> {
                    double[] x = component.mean();
                    for (int i = 0; i < 3000; i++) {
                        double[] score = MIXTURE.score(x);
                        x[0] += 0.004 * score[0];
                        x[1] += 0.004 * score[1];
                    }
                    return x;
                })
                .toArray(double[][]::new);
    }

    /** The share of points near a mode. */
    private static double near(double[][] modes, float[] points) {
        int near = 0;
        for (int i = 0; i < points.length; i += 2) {
            double x = points[i];
            double y = points[i + 1];
            near += Arrays.stream(modes).anyMatch(mode -> Math.hypot(x - mode[0], y - mode[1]) < NEAR) ? 1 : 0;
        }
        return 2.0 * near / points.length;
    }

    /**
     * Uses the width of a mode as bandwidth, because the change is within modes, and up to 1000 points, because the
     * cost grows as the square.
     */
    private static KernelTwoSampleTest test(float[] points, Points fresh, Laboratory laboratory) {
        int n = Math.min(1000, fresh.count());
        double[][] x = new double[n][];
        double[][] y = new double[n][];
        for (int i = 0; i < n; i++) {
            x[i] = new double[] {points[2 * i], points[2 * i + 1]};
            y[i] = fresh.point(i);
        }
        return KernelTwoSampleTest.of(x, y, 0.4, 500, laboratory.seed("permutations"));
    }

    // ---- figures

    private static double[] times(Run run) {
        double[] times = new double[run.frames.size()];
        Arrays.setAll(times, i -> i * (double) WATCHED);
        return times;
    }

    private static double[] spreads(Run run) {
        return run.frames.stream().mapToDouble(frame -> spread(frame).mean()).toArray();
    }

    private static Figure paths(String name, String title, Run run) {
        double[] at = new double[81];
        Arrays.setAll(at, i -> -4 + 0.1 * i);
        double[][] density = new double[at.length][at.length];
        for (int j = 0; j < at.length; j++) {
            for (int i = 0; i < at.length; i++) {
                density[j][i] = Math.exp(MIXTURE.logDensity(new double[] {at[i], at[j]}));
            }
        }
        List<Figure.Mark> marks = new ArrayList<>(List.of(new Figure.Heat("density", at, at, density)));
        for (int chain = 0; chain < 40; chain++) {
            int from = 2 * chain;
            marks.add(new Figure.Line(
                    "",
                    run.frames.stream().mapToDouble(frame -> frame[from]).toArray(),
                    run.frames.stream().mapToDouble(frame -> frame[from + 1]).toArray()));
        }
        marks.add(Figure.Dots.of("end points of all samples", run.end()));
        return Figure.plane(name, title, marks);
    }
}
