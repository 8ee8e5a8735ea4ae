package scorefield.ncsn.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.metric.KernelTwoSampleTest;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.AdaptiveSteps;
import scorefield.ncsn.ode.ButcherTableau;
import scorefield.ncsn.ode.Integration;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.sampler.FlowSampler;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.PolynomialSpacing;

/** The flow of true scores against closed forms. */
class ProbabilityFlowTest {

    private static final int N = 20;
    private static final int D = 8;
    private static final Shape BATCH = Shape.of(N, D);

    /** Deviations of the data along their axes, from 1 to 0.01, as of images; the mean is 0.3 everywhere. */
    private static final double[] DEVIATIONS = deviations();

    private static final double MEAN = 0.3;
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(20, 0.01, 2);
    private static final Prior PRIOR = new Prior(MEAN, LEVELS.largest());
    private static final ScoreFunction SCORE = gaussian();

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static double[] deviations() {
        double[] deviations = new double[D];
        for (int j = 0; j < D; j++) {
            deviations[j] = Math.pow(0.01, j / (D - 1.0));
        }
        return deviations;
    }

    private static ScoreFunction gaussian() {
        double[] mean = new double[D];
        double[][] covariance = new double[D][D];
        for (int j = 0; j < D; j++) {
            mean[j] = MEAN;
            covariance[j][j] = DEVIATIONS[j] * DEVIATIONS[j];
        }
        return new MixtureScore(GaussianMixture.of(Gaussian.of(mean, covariance)));
    }

    /** x(σ) − m = (x(σ₀) − m)·√((s²+σ²)/(s²+σ₀²)), for each axis with its s. */
    private static double[] carried(double[] x, double from, double to) {
        double[] carried = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double s = DEVIATIONS[i % D];
            carried[i] = MEAN + (x[i] - MEAN) * Math.hypot(s, to) / Math.hypot(s, from);
        }
        return carried;
    }

    private static Values noise() {
        Random random = new Random(5);
        float[] x = new float[N * D];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (MEAN + LEVELS.largest() * random.nextGaussian());
        }
        return Values.of(BATCH, x);
    }

    /** The root mean square difference. */
    private static double difference(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]) / a.length;
        }
        return Math.sqrt(sum);
    }

    /** The error at σ_min, and what it took. */
    private record Outcome(double error, int evaluations) {}

    private static Outcome toData(Device device, FlowMethod method) {
        Values start = noise();
        try (FlowMap map = new FlowMap(device, SCORE, BATCH, LEVELS, PRIOR, method)) {
            map.startAt(start);
            Integration integration = map.toData(sigma -> {});
            double[] exact = carried(start.doubles(), LEVELS.largest(), LEVELS.smallest());
            return new Outcome(difference(map.x().doubles(), exact), integration.evaluations());
        }
    }

    /** Heun's error falls four times as the steps double, Euler's twice; both are what they are for y over a smooth change of t. */
    @Test
    void errorsFallAtTheMethodsOrder() {
        try (Device device = new ReferenceDevice()) {
            for (ButcherTableau tableau : List.of(ButcherTableau.EULER, ButcherTableau.HEUN)) {
                double coarse = toData(device, new FlowMethod.Fixed(tableau, 100, PolynomialSpacing.STANDARD)).error;
                double fine = toData(device, new FlowMethod.Fixed(tableau, 200, PolynomialSpacing.STANDARD)).error;
                assertThat(Math.log(coarse / fine) / Math.log(2))
                        .as(tableau.name())
                        .isCloseTo(tableau.order(), within(0.15));
            }
        }
    }

    /** Every step's error is tolerated, and contracted by what comes after it; a few of the last ones add up. */
    @ParameterizedTest
    @MethodSource("devices")
    void adaptiveStepsFollowTheClosedForm(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            Outcome rough = toData(device, new FlowMethod.Adaptive(new Tolerance(1e-2, 1e-2)));
            Outcome fine = toData(device, new FlowMethod.Adaptive(new Tolerance(1e-4, 1e-4)));
            assertThat(rough.error).isLessThan(1e-2);
            assertThat(fine.error).isLessThan(1e-4);
            assertThat(rough.evaluations).isLessThan(fine.evaluations).isLessThan(50);
        }
    }

    /** What {@link Time} says of its choice. */
    @Test
    void adaptiveStepsAreFewerOverTheLogarithm() {
        assertThat(1.3 * evaluations(Time.LOG_SIGMA)).isLessThan(evaluations(Time.SIGMA));
    }

    private static int evaluations(Time time) {
        try (Device device = new ReferenceDevice();
                AdaptiveSteps solver = new AdaptiveSteps(
                        device, new ProbabilityFlow(SCORE, time), List.of(BATCH), new Tolerance(1e-4, 1e-5))) {
            device.write(solver.state().get(0), noise());
            return solver.integrate(time.at(LEVELS.largest()), time.at(LEVELS.smallest()))
                    .evaluations();
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void dataComeBackFromNoise(Supplier<Device> opened) {
        double[] x = carried(noise().doubles(), LEVELS.largest(), LEVELS.smallest());
        FlowMethod method = new FlowMethod.Adaptive(new Tolerance(1e-5, 1e-5));
        try (Device device = opened.get();
                FlowMap map = new FlowMap(device, SCORE, BATCH, LEVELS, PRIOR, method)) {
            map.startAt(Values.of(BATCH, x));
            map.toNoise(sigma -> {});
            double[] there = map.x().doubles();
            double[] exact = carried(x, LEVELS.smallest(), LEVELS.largest());
            assertThat(difference(there, exact)).isLessThan(1e-4 * LEVELS.largest());
            map.toData(sigma -> {});
            // On the way there an error of the narrowest axis grows by 20/√(0.01²+0.01²), and on the way back it
            // shrinks by as much.
            assertThat(difference(map.x().doubles(), x)).isLessThan(1e-4);
        }
    }

    @Test
    void theLastStepIsTweediesFormula() {
        try (Device device = new ReferenceDevice()) {
            for (FlowMethod method : List.of(
                    new FlowMethod.Fixed(ButcherTableau.EULER, 5, PolynomialSpacing.STANDARD),
                    new FlowMethod.Adaptive(new Tolerance(1e-3, 1e-3)))) {
                try (FlowMap map = new FlowMap(device, SCORE, BATCH, LEVELS, PRIOR, method)) {
                    map.startAt(noise());
                    map.toData(sigma -> {});
                    double[] x = map.x().doubles();
                    map.denoise();
                    double[] clean = map.x().doubles();
                    for (int i = 0; i < x.length; i++) {
                        double variance = Math.pow(DEVIATIONS[i % D], 2);
                        double share = variance / (variance + LEVELS.smallest() * LEVELS.smallest());
                        // Some roundings of numbers up to 1 to single precision.
                        assertThat(clean[i]).isCloseTo(MEAN + share * (x[i] - MEAN), within(1e-6));
                    }
                }
            }
        }
    }

    /** What the solver knows of the slope where it was before says nothing of where it is put. */
    @Test
    void aBatchThatWasPutElsewhereIsDenoisedThere() {
        FlowMethod method = new FlowMethod.Adaptive(new Tolerance(1e-3, 1e-3));
        try (Device device = new ReferenceDevice();
                FlowMap used = new FlowMap(device, SCORE, BATCH, LEVELS, PRIOR, method);
                FlowMap fresh = new FlowMap(device, SCORE, BATCH, LEVELS, PRIOR, method)) {
            used.startAtNoise(1, 0);
            used.toData(sigma -> {});
            for (FlowMap map : List.of(used, fresh)) {
                map.startAt(noise());
                map.denoise();
            }
            assertThat(used.x().floats()).isEqualTo(fresh.x().floats());
        }
    }

    private static final int POINTS = 500;

    /** Between the deviations of the modes, 0.2 to 0.6: with the median distance, that between modes, the test would not see their shapes. */
    private static final double BANDWIDTH = 0.3;

    /** Five unequal modes in the plane; the noise that is left, 0.02, is a tenth of the narrowest mode's deviation, and denoised. */
    private static FlowSampler ofMixture(Device device, FlowMethod method) {
        NoiseLevels levels = NoiseLevels.geometric(20, 0.02, 2);
        return new FlowSampler(
                device,
                new MixtureScore(PlanarSets.mixture()),
                Shape.of(POINTS, 2),
                levels,
                new Prior(0, levels.largest()),
                method,
                true);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void theKernelTestCannotTellTheFlowsSamplesFromTheMixtures(Supplier<Device> opened) {
        try (Device device = opened.get();
                FlowSampler sampler = ofMixture(device, new FlowMethod.Adaptive(new Tolerance(1e-2, 1e-2)))) {
            assertThat(isRejected(sampler)).isFalse();
            assertThat(sampler.evaluations()).isBetween(20, 60);
        }
    }

    /** Fifty evaluations of the second or the fifth order are enough; five of the first are not, and the test must see that. */
    @Test
    void theKernelTestTellsTheFlowsSamplesOnlyFromThoseOfTooLongSteps() {
        try (Device device = new ReferenceDevice();
                FlowSampler heun = ofMixture(
                        device, FlowMethod.Fixed.of(ButcherTableau.HEUN, 50, true, PolynomialSpacing.STANDARD));
                FlowSampler dormandPrince = ofMixture(
                        device,
                        FlowMethod.Fixed.of(ButcherTableau.DORMAND_PRINCE, 54, true, PolynomialSpacing.STANDARD));
                FlowSampler euler = ofMixture(
                        device, FlowMethod.Fixed.of(ButcherTableau.EULER, 5, true, PolynomialSpacing.STANDARD))) {
            assertThat(heun.evaluations()).isEqualTo(49);
            assertThat(isRejected(heun)).isFalse();
            assertThat(heun.evaluations()).isEqualTo(49);
            // Eight steps of six, the first slope, and none for denoising: the last step has ended with it.
            assertThat(dormandPrince.evaluations()).isEqualTo(49);
            assertThat(isRejected(dormandPrince)).isFalse();
            assertThat(dormandPrince.evaluations()).isEqualTo(49);
            assertThat(euler.evaluations()).isEqualTo(5);
            assertThat(isRejected(euler)).isTrue();
        }
    }

    private static boolean isRejected(FlowSampler sampler) {
        Values samples = sampler.sample(POINTS, 3);
        double[][] exact = PlanarSets.mixture().sample(POINTS, 1);
        return KernelTwoSampleTest.of(Points.of("samples", 2, samples.floats()).rows(), exact, BANDWIDTH, 400, 2)
                .rejectsAt(0.01);
    }

    /** The method computes a sample; the seed chooses it. */
    @Test
    void anyMethodGivesTheSameSamples() {
        try (Device device = new ReferenceDevice();
                FlowSampler heun =
                        sampler(device, new FlowMethod.Fixed(ButcherTableau.HEUN, 100, PolynomialSpacing.STANDARD));
                FlowSampler adaptive = sampler(device, new FlowMethod.Adaptive(new Tolerance(1e-4, 1e-4)))) {
            double[] a = heun.sample(2 * N, 7).doubles();
            double[] b = adaptive.sample(2 * N, 7).doubles();
            assertThat(difference(a, b)).isLessThan(2e-3);
            // The second batch is another one.
            assertThat(a[0]).isNotEqualTo(a[N * D]);
        }
    }

    private static FlowSampler sampler(Device device, FlowMethod method) {
        return new FlowSampler(device, SCORE, BATCH, LEVELS, PRIOR, method, false);
    }

    @Test
    void oneNoiseLevelIsNoWay() {
        NoiseLevels one = NoiseLevels.of(0.3);
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> new FlowMap(
                            device,
                            SCORE,
                            BATCH,
                            one,
                            PRIOR,
                            new FlowMethod.Fixed(ButcherTableau.EULER, 5, PolynomialSpacing.STANDARD)))
                    .hasMessageContaining("train at several levels");
        }
        assertThatThrownBy(() -> FlowMethod.Fixed.of(ButcherTableau.HEUN, 2, true, PolynomialSpacing.STANDARD))
                .hasMessageContaining("at least 3");
    }
}
