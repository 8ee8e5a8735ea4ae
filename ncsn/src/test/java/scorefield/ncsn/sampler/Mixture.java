package scorefield.ncsn.sampler;

import java.util.function.BiFunction;
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.distribution.KnownDensity;
import scorefield.ncsn.distribution.MixtureScore;
import scorefield.ncsn.metric.KernelTwoSampleTest;

/** The built-in mixture with its true score: whether a sampler's samples of it are samples of it. */
final class Mixture {

    private static final int SAMPLES = 500;

    /**
     * Between the deviations of the modes, 0.2 to 0.6. With the median distance, that between modes, the test would see places and weights of
     * modes only, not their shapes.
     */
    private static final double BANDWIDTH = 0.3;

    private Mixture() {}

    /** Whether the kernel test, at 1 %, tells the samples from exact ones. */
    static boolean rejects(BiFunction<KnownDensity, Shape, Sampler> sampler) {
        return rejects(PlanarSets.mixture(), BANDWIDTH, sampler);
    }

    /** The same for a given mixture in the plane. */
    static boolean rejects(
            GaussianMixture mixture, double bandwidth, BiFunction<KnownDensity, Shape, Sampler> sampler) {
        try (Sampler opened = sampler.apply(new MixtureScore(mixture), Shape.of(SAMPLES, 2))) {
            double[][] samples =
                    Points.of("samples", 2, opened.sample(SAMPLES, 3).floats()).rows();
            return KernelTwoSampleTest.of(samples, mixture.sample(SAMPLES, 1), bandwidth, 400, 2)
                    .rejectsAt(0.01);
        }
    }
}
