package scorefield.ncsn.likelihood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.metric.Estimate;
import scorefield.ncsn.ode.Tolerance;
import scorefield.ncsn.schedule.NoiseLevels;

/** log p of true scores against closed forms, in 2 and in 10 dimensions, with both traces. */
class LikelihoodTest {

    private static final int N = 16;

    /** So large that the prior is the perturbed data to within what single precision can tell. */
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(2000, 0.01, 2);

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    /** N(0.2, s²I) with s from ½. */
    private static GaussianMixture isotropic(int dimension) {
        double[] mean = new double[dimension];
        Arrays.fill(mean, 0.2);
        return GaussianMixture.of(Gaussian.isotropic(mean, 0.5));
    }

    /** Two Gaussians of different widths and axes in 10 dimensions. */
    private static GaussianMixture inTen() {
        int d = 10;
        double[] left = new double[d];
        double[] right = new double[d];
        double[][] covariance = new double[d][d];
        for (int i = 0; i < d; i++) {
            left[i] = -1;
            right[i] = i % 2;
            for (int j = 0; j < d; j++) {
                covariance[i][j] = (i == j ? 0.3 : 0) + 0.1 * Math.cos(i) * Math.cos(j);
            }
        }
        return GaussianMixture.of(
                new double[] {1, 2}, List.of(Gaussian.isotropic(left, 0.4), Gaussian.of(right, covariance)));
    }

    private static Values batch(GaussianMixture data) {
        return Points.of("data", data.sample(N, 1)).values();
    }

    private static double[] exact(GaussianMixture data, Values x) {
        GaussianMixture perturbed = data.perturbed(LEVELS.smallest());
        int d = data.dimension();
        double[] exact = new double[N];
        for (int n = 0; n < N; n++) {
            exact[n] = perturbed.logDensity(Arrays.copyOfRange(x.doubles(), n * d, n * d + d));
        }
        return exact;
    }

    private static Likelihood likelihood(Device device, GaussianMixture data, Divergence divergence, double tolerance) {
        return new Likelihood(
                device, new MixtureScore(data), Shape.of(N, data.dimension()), plan(divergence, 1, tolerance));
    }

    private static LikelihoodPlan plan(Divergence divergence, int projections, double tolerance) {
        return new LikelihoodPlan(
                LEVELS, new Prior(0, LEVELS.largest()), divergence, projections, new Tolerance(tolerance, tolerance));
    }

    /** With the exact trace all that is left is the solver's error: some steps' of D times what is tolerated for each dimension. */
    @ParameterizedTest
    @MethodSource("devices")
    void theExactTraceGivesTheDensity(Supplier<Device> opened) {
        try (Device device = opened.get()) {
            for (GaussianMixture data : List.of(PlanarSets.mixture(), inTen())) {
                Values x = batch(data);
                double[] exact = exact(data, x);
                try (Likelihood likelihood = likelihood(device, data, Divergence.EXACT, 1e-5)) {
                    double[] logs = likelihood.logDensity(x, 1, 0, 0).logDensities();
                    for (int n = 0; n < N; n++) {
                        assertThat(logs[n]).isCloseTo(exact[n], within(10 * 1e-5 * data.dimension()));
                    }
                }
            }
        }
    }

    /** The Jacobian of an isotropic Gaussian's score is a multiple of I: with random signs one projection gives its trace exactly. */
    @ParameterizedTest
    @MethodSource("devices")
    void oneProjectionIsEnoughWhereTheJacobianIsDiagonal(Supplier<Device> opened) {
        GaussianMixture data = isotropic(10);
        Values x = batch(data);
        double[] exact = exact(data, x);
        try (Device device = opened.get();
                Likelihood likelihood = likelihood(device, data, Divergence.HUTCHINSON, 1e-5)) {
            double[] logs = likelihood.logDensity(x, 1, 0, 0).logDensities();
            for (int n = 0; n < N; n++) {
                assertThat(logs[n]).isCloseTo(exact[n], within(10 * 1e-5 * 10));
            }
        }
    }

    /** Elsewhere the mean over projections is the density within their standard error, which falls as 1/√P. */
    @Test
    void projectionsAverageToTheDensity() {
        int projections = 60;
        for (GaussianMixture data : List.of(PlanarSets.mixture(), inTen())) {
            Values x = batch(data);
            double exact = Arrays.stream(exact(data, x)).average().orElseThrow();
            MixtureScore score = new MixtureScore(data);
            // Two batches, the second one not full.
            Shape batch = Shape.of(N - 6, data.dimension());
            try (Device device = new ReferenceDevice();
                    Likelihood likelihood =
                            new Likelihood(device, score, batch, plan(Divergence.HUTCHINSON, projections, 1e-4));
                    Likelihood twice = new Likelihood(device, score, batch, plan(Divergence.HUTCHINSON, 2, 1e-4))) {
                LikelihoodEstimate estimate = LikelihoodEstimate.of(likelihood, x, 1, share -> {});
                double error = estimate.projectionError().orElseThrow();
                assertThat(estimate.logDensities()).hasSize(N);
                assertThat(estimate.runs()).isEqualTo(2 * projections);
                assertThat(estimate.solver().ofOne()).isLessThan(10 * 1e-4 * data.dimension());
                assertThat(estimate.mean().mean())
                        .isCloseTo(exact, within(4 * error + estimate.solver().ofOne()));
                // Samples differ by far more than projections do.
                assertThat(estimate.mean().standardError()).isGreaterThan(2 * error);
                // √30 times as large, known from 16 differences to a fifth.
                double ofTwo = LikelihoodEstimate.of(twice, x, 1, share -> {})
                        .projectionError()
                        .orElseThrow();
                assertThat(ofTwo / error).isBetween(0.5 * Math.sqrt(30), 1.6 * Math.sqrt(30));
            }
        }
    }

    /** What the solver does wrong, and what the estimate says of it: with loose tolerances both can be seen. */
    @Test
    void theSolversErrorIsItsEstimate() {
        GaussianMixture data = inTen();
        Values x = batch(data);
        double[] exact = exact(data, x);
        try (Device device = new ReferenceDevice();
                Likelihood likelihood = likelihood(device, data, Divergence.EXACT, 0.03)) {
            List<Double> shares = new ArrayList<>();
            LikelihoodEstimate estimate = LikelihoodEstimate.of(likelihood, x, 1, shares::add);
            // Told after each step, to the end, the check's steps included.
            assertThat(shares)
                    .isSorted()
                    .hasSizeGreaterThan(estimate.integration().steps())
                    .endsWith(1.0);
            LikelihoodEstimate.SolverError actual =
                    LikelihoodEstimate.SolverError.of(estimate.logDensities(), exact, N);
            assertThat(estimate.projectionError()).isEmpty();
            assertThat(actual.ofOne()).isGreaterThan(1e-4);
            // The tighter solution is better by about the factor of the tolerances, so what it says is right to a few
            // tenths.
            assertThat(estimate.solver().ofOne()).isBetween(0.7 * actual.ofOne(), 1.4 * actual.ofOne());
            assertThat(estimate.solver().ofMean()).isCloseTo(actual.ofMean(), within(0.4 * actual.ofOne()));
        }
    }

    /** The same numbers give the same projection, others another. */
    @Test
    void aProjectionFollowsFromItsNumbers() {
        GaussianMixture data = PlanarSets.mixture();
        Values x = batch(data);
        try (Device device = new ReferenceDevice();
                Likelihood likelihood = likelihood(device, data, Divergence.HUTCHINSON, 1e-2)) {
            double[] first = likelihood.logDensity(x, 1, 0, 0).logDensities();
            assertThat(likelihood.logDensity(x, 1, 0, 1).logDensities()).isNotEqualTo(first);
            assertThat(likelihood.logDensity(x, 1, 1, 0).logDensities()).isNotEqualTo(first);
            assertThat(likelihood.logDensity(x, 2, 0, 0).logDensities()).isNotEqualTo(first);
            assertThat(likelihood.logDensity(x, 1, 0, 0).logDensities()).isEqualTo(first);
        }
    }

    /**
     * With a σ_max no larger than the data's width the prior is wrong, and the mean log-likelihood too low by just the divergence of the
     * prior from the perturbed data, which {@link Prior#gap} tells.
     */
    @Test
    void thePriorCostsItsDivergence() {
        int d = 2;
        int n = 4000;
        double s = 0.5;
        double largest = 0.8;
        GaussianMixture data = isotropic(d);
        Values x = Points.of("data", data.sample(n, 3)).values();
        Prior prior = new Prior(0, largest);
        NoiseLevels levels = NoiseLevels.geometric(largest, 0.01, 2);
        LikelihoodPlan plan = new LikelihoodPlan(levels, prior, Divergence.EXACT, 1, new Tolerance(1e-4, 1e-4));
        try (Device device = new ReferenceDevice();
                Likelihood likelihood = new Likelihood(device, new MixtureScore(data), Shape.of(n, d), plan)) {
            double[] logs = likelihood.logDensity(x, 1, 0, 0).logDensities();
            GaussianMixture perturbed = data.perturbed(levels.smallest());
            double[] lost = new double[n];
            for (int i = 0; i < n; i++) {
                lost[i] = perturbed.logDensity(Arrays.copyOfRange(x.doubles(), i * d, i * d + d)) - logs[i];
            }
            double ratio = s * s / (largest * largest);
            double divergence = d / 2.0 * (ratio - Math.log1p(ratio)) + d * 0.2 * 0.2 / (2 * largest * largest);
            Estimate estimate = Estimate.of(lost);
            // x are samples of the data, not of the data with N(0, 0.01²): less than a thousandth of their variance.
            assertThat(estimate.mean()).isCloseTo(divergence, within(4 * estimate.standardError() + 1e-3));
            assertThat(divergence).isGreaterThan(5 * estimate.standardError());
            Prior.Gap gap = prior.gap(x.floats(), d);
            assertThat(gap.about()).isBetween(divergence, 2 * divergence);
            assertThat(gap.most()).isGreaterThan(gap.about());
        }
    }

    /** One number in a hundred at 3σ, the others at 0: more than Gaussian data of this variance would cost, less than any data may. */
    @Test
    void outliersCostMoreThanGaussianDataOfTheirVariance() {
        float[] x = new float[100];
        x[0] = 3;
        double divergence = 0;
        double step = 0.01;
        for (double at = -8; at < 11; at += step) {
            double prior = Math.exp(-at * at / 2) / Math.sqrt(2 * Math.PI);
            double perturbed = 0.99 * prior + 0.01 * Math.exp(-(at - 3) * (at - 3) / 2) / Math.sqrt(2 * Math.PI);
            divergence += step * perturbed * Math.log(perturbed / prior);
        }
        Prior.Gap gap = new Prior(0, 1).gap(x, 1);
        assertThat(divergence).isGreaterThan(2 * gap.about()).isLessThan(gap.most());
        // The variance is estimated with n − 1, a hundredth more.
        assertThat(gap.most()).isCloseTo(0.01 * 9 / 2, within(0.02 * 0.045));
    }
}
