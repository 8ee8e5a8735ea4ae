package scorefield.ncsn.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import scorefield.ncsn.metric.DensityCoverage;
import scorefield.ncsn.metric.FrechetDistance;
import scorefield.ncsn.metric.GaussianFit;
import scorefield.ncsn.metric.Jackknife;
import scorefield.ncsn.metric.KernelDistance;
import scorefield.ncsn.metric.PrecisionRecall;

/** What is measured of features that a {@link FeatureExtractor} sees, by the names of the metrics. */
public final class FeatureEvaluation {

    /** For the interval of recall, which is not reported here. */
    private static final int GROUPS = 2;

    private FeatureEvaluation() {}

    /**
     * Features of samples against features of a reference: the Fréchet distance, the kernel distance, precision and recall (k = 3), density
     * and coverage (k = 5).
     *
     * @param samples n×D
     * @param reference m×D
     * @param seed chooses the kernel distance's subsets
     */
    public static Map<String, Double> of(double[][] samples, double[][] reference, long seed) {
        Map<String, Double> measured = of(samples, GaussianFit.of(reference));
        measured.put("kernelDistance", KernelDistance.of(samples, reference, seed));
        PrecisionRecall shares = PrecisionRecall.of(samples, reference, PrecisionRecall.K, new Jackknife(GROUPS, seed));
        measured.put("precision", shares.precision().value());
        measured.put("recall", shares.recall().value());
        DensityCoverage density = DensityCoverage.of(samples, reference, DensityCoverage.K);
        measured.put("density", density.density());
        measured.put("coverage", density.coverage());
        return measured;
    }

    /** Features of samples against statistics, which allow the Fréchet distance only. */
    public static Map<String, Double> of(double[][] samples, GaussianFit reference) {
        Map<String, Double> measured = new LinkedHashMap<>();
        measured.put("frechetDistance", FrechetDistance.between(GaussianFit.of(samples), reference));
        return measured;
    }
}
