package scorefield.ncsn.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.objective.Objective;
import scorefield.ncsn.objective.Perturbed;
import scorefield.ncsn.objective.Projection;
import scorefield.ncsn.objective.SlicedScoreMatching;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * Data on a circle in the plane: a one-dimensional manifold in a two-dimensional space. Their density is zero almost
 * everywhere, its logarithm has no gradient, and score matching has no minimum. With r the distance from the origin and
 * a field that points back to the circle,
 *
 * <pre>s(x) = −(r − 1)/τ²·x/r     gives     E[½‖s‖² + tr ∇s] = 0 − 1/τ²     for any τ:</pre>
 *
 * <p>on the circle the first term vanishes and the second falls without bound as τ → 0. A network approaches this as
 * far as its training allows. Perturbed with N(0, σ²I), the same data have a density everywhere, and the loss has a
 * minimum, −½·E‖∇log p_σ‖², about −1/(2σ²).
 *
 * <p>Both runs use the same network with the same σ as input, the same objective and the same points; only the noise
 * differs.
 */
public final class ManifoldStudy implements Study {

    private static final Objective SLICED = new SlicedScoreMatching(Projection.RADEMACHER, 1, true);
    private static final double SIGMA = 0.1;
    private static final int POINTS = 10_000;
    private static final int WINDOWS = 40;

    /** The loss has not converged if it still falls by as much as there is to gain in total with noise. */
    private static final double FALLS = 1;

    /**
     * The loss has converged if it changes by a few standard errors at most; the standard error of a quarter's mean is
     * about 0.3 % of the minimum.
     */
    private static final double SETTLED = 0.02;

    /**
     * The difference from the minimum is the Fisher divergence of the network; this is a tenth of that of a network
     * that outputs zero.
     */
    private static final double LEARNED = 0.1;

    /**
     * The size of the experiment.
     *
     * @param width the width of the network
     * @param batch B
     * @param learningRate the learning rate of Adam
     */
    record Size(int width, int batch, long steps, double learningRate) {}

    private final Size size;
    private final Objective withoutNoise;

    /** The study at its full size: a network of width 64, 4000 training steps of 256 samples. */
    public ManifoldStudy() {
        this(new Size(64, 256, 4000, 1e-3), SLICED);
    }

    ManifoldStudy(Size size, Objective withoutNoise) {
        this.size = size;
        this.withoutNoise = withoutNoise;
    }

    @Override
    public String name() {
        return "manifold";
    }

    @Override
    public String claim() {
        return "For data on a lower-dimensional manifold, the loss of the sliced objective converges with noise but not without.";
    }

    @Override
    public String formula() {
        return "E[½‖s‖² + vᵀ∇(vᵀs)] ≥ −½·E‖∇log p‖², which is −∞ on a manifold";
    }

    @Override
    public String source() {
        return "Song & Ermon 2019, arXiv 1907.05600, section 3.1 and figure 1";
    }

    @Override
    public void run(Laboratory laboratory, Notebook notebook) {
        Points data = circle(laboratory.random("data"));
        double[] bare = curve(laboratory, withoutNoise, data);
        double[] noisy = curve(laboratory, new Perturbed(SLICED), data);
        Estimate least = least(20_000, laboratory.seed("perturbed points"));
        double scale = Math.abs(least.mean());
        notebook.number("minimum of the loss with noise", least.mean());
        notebook.number("its standard error", least.standardError());
        notebook.number("loss without noise, third quarter of the training", quarter(bare, 2));
        notebook.number("loss without noise, last quarter of the training", quarter(bare, 3));
        notebook.number("loss with noise, third quarter of the training", quarter(noisy, 2));
        notebook.number("loss with noise, last quarter of the training", quarter(noisy, 3));
        notebook.atLeast(
                "without noise, the loss still falls from the third to the last quarter of training: decrease over the total"
                        + " possible gain with noise",
                (quarter(bare, 2) - quarter(bare, 3)) / scale,
                FALLS);
        notebook.atMost(
                "with noise, the loss hardly changes from the third to the last quarter: change in the same units",
                Math.abs(quarter(noisy, 2) - quarter(noisy, 3)) / scale,
                SETTLED);
        notebook.atMost(
                "with noise, the loss reaches its minimum: difference in the same units",
                Math.abs(quarter(noisy, 3) - least.mean()) / scale,
                LEARNED);
        draw(notebook, data, bare, noisy, least.mean());
    }

    /** The mean over a quarter of training; quarters are counted from 0. */
    private static double quarter(double[] curve, int quarter) {
        int length = WINDOWS / 4;
        return Arrays.stream(curve, quarter * length, (quarter + 1) * length)
                .average()
                .orElseThrow();
    }

    private void draw(Notebook notebook, Points data, double[] bare, double[] noisy, double least) {
        double[] steps = new double[WINDOWS];
        Arrays.setAll(steps, window -> (window + 0.5) * size.steps / WINDOWS);
        double[] level = new double[WINDOWS];
        Arrays.fill(level, least);
        Figure.Axis x = Figure.Axis.linear("training steps");
        Figure.Axis y = Figure.Axis.linear("mean loss");
        notebook.figure(new Figure(
                "loss",
                "The sliced objective's loss on a circle: without noise there is no minimum",
                x,
                y,
                List.of(new Figure.Line("without noise", steps, bare), new Figure.Line("with noise", steps, noisy))));
        notebook.figure(new Figure(
                "loss-with-noise",
                "The loss with noise, and its minimum",
                x,
                y,
                List.of(
                        new Figure.Line("with noise", steps, noisy),
                        new Figure.Line("−½·E‖∇log p_σ‖²", steps, level))));
        notebook.figure(Figure.plane(
                "data",
                "The data",
                List.of(Figure.Dots.of("", data.slice(0, 1000).coordinates()))));
    }

    private static Points circle(Random random) {
        double[][] points = new double[POINTS][];
        Arrays.setAll(points, i -> {
            double angle = 2 * Math.PI * random.nextDouble();
            return new double[] {Math.cos(angle), Math.sin(angle)};
        });
        return Points.of("circle", points);
    }

    /** The mean loss in each of {@link #WINDOWS} equal parts of training. */
    private double[] curve(Laboratory laboratory, Objective objective, Points data) {
        TrainingSettings settings =
                TrainingSettings.of(size.steps, size.batch, size.learningRate, laboratory.seed("training"));
        Mlp network = new Mlp(new MlpSettings(size.width, 2), 2);
        TrainingState start = TrainingState.initial(network, settings.seed());
        double[] losses = new double[WINDOWS];
        try (Trainer trainer = new Trainer(
                laboratory.device(),
                network,
                objective,
                data,
                SigmaDensity.uniformOver(NoiseLevels.of(SIGMA)),
                settings,
                start)) {
            for (int window = 0; window < WINDOWS; window++) {
                for (long step = 0; step < size.steps / WINDOWS; step++) {
                    trainer.step();
                }
                losses[window] = trainer.statistics().loss();
            }
        }
        return losses;
    }

    /**
     * −½·E‖∇log p_σ‖², from samples. 400 points represent the circle: their spacing is less than σ/6, so that after
     * perturbation their density equals that of a circle to a relative e^(−2π²·36).
     */
    static Estimate least(int samples, long seed) {
        List<Gaussian> points = new ArrayList<>();
        for (int k = 0; k < 400; k++) {
            double angle = 2 * Math.PI * k / 400;
            points.add(Gaussian.isotropic(new double[] {Math.cos(angle), Math.sin(angle)}, SIGMA));
        }
        double[] even =
                Collections.nCopies(400, 1.0).stream().mapToDouble(a -> a).toArray();
        GaussianMixture perturbed = GaussianMixture.of(even, points);
        return Estimate.of(Arrays.stream(perturbed.sample(samples, seed))
                .mapToDouble(x -> {
                    double[] score = perturbed.score(x);
                    return -(score[0] * score[0] + score[1] * score[1]) / 2;
                })
                .toArray());
    }
}
