package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleAssessmentTest {

    private static final NoiseLevels CIFAR = NoiseLevels.geometric(50, 0.01, 232);

    @Test
    void thePublishedLevelsStepSizeIsGivenInEveryConvention() {
        ScheduleAssessment cifar = ScheduleAssessment.of(CIFAR, 3072, 5);
        assertThat(cifar.overlap()).isCloseTo(0.567, within(5e-4));
        assertThat(cifar.publishedStepSize()).isCloseTo(6.18e-6, within(0.5e-8));
        assertThat(ScheduleAssessment.of(NoiseLevels.geometric(90, 0.01, 500), 12288, 5)
                        .publishedStepSize())
                .isCloseTo(3.34e-6, within(0.5e-8));
        assertThat(cifar.stepSize()).isEqualTo(2 * cifar.publishedStepSize());
        assertThat(cifar.warnings()).isEmpty();
        assertThat(cifar.evaluations(true)).isEqualTo(1161);
        assertThat(cifar.evaluations(false)).isEqualTo(1160);
    }

    /** score-SDE's corrector: e = 2(r·‖z‖/‖s‖)², x ← x + e·s + √(2e)·z, with ‖s‖ = ‖z‖/σ. */
    @Test
    void theCorrectorTakesTheSameSteps() {
        ScheduleAssessment cifar = ScheduleAssessment.of(CIFAR, 3072, 5);
        SamplingPlan plan = new SamplingPlan(CIFAR, 5, cifar.stepSize(), true);
        for (int level : new int[] {0, 100, 231}) {
            double e = 2 * Math.pow(cifar.signalToNoise() * CIFAR.sigma(level), 2);
            assertThat(e).isCloseTo(plan.alpha(level) / 2, within(1e-12 * e));
        }
        // score-SDE takes 0.16 for CIFAR-10.
        assertThat(cifar.signalToNoise()).isBetween(0.16, 0.18);
        assertThat(Ncsnv2.signalToNoise(CIFAR, Ncsnv2.stabilityLimit(CIFAR))).isEqualTo(1);
    }

    @Test
    void theVariancesAreThoseOfTheRecursionItself() {
        NoiseLevels levels = NoiseLevels.geometric(2, 0.1, 7);
        ScheduleAssessment assessment = ScheduleAssessment.of(levels, 100, 3);
        SamplingPlan plan = new SamplingPlan(levels, 3, assessment.stepSize(), true);
        double[] variances = assessment.variances();
        double v = 1.0 / 12;
        for (int i = 0; i < levels.count(); i++) {
            double square = levels.sigma(i) * levels.sigma(i);
            for (int t = 0; t < 3; t++) {
                v = Math.pow(1 - plan.alpha(i) / (2 * square), 2) * v + plan.alpha(i);
            }
            assertThat(variances[i]).isCloseTo(v / square, within(1e-12));
        }
    }

    @Test
    void afterManyLevelsTheVarianceIsAFixedPoint() {
        ScheduleAssessment cifar = ScheduleAssessment.of(CIFAR, 3072, 5);
        double[] variances = cifar.variances();
        double u = cifar.stepSize() / (2 * 1e-4);
        double b = 1 / (1 - u / 2);
        double q = Math.pow(1 - u, 10);
        double gamma2 = CIFAR.ratio() * CIFAR.ratio();
        // What is left of the start falls by q·γ² ≈ 0.57 a level.
        assertThat(variances[231]).isCloseTo(b * (1 - q) / (1 - q * gamma2), within(1e-9));
        assertThat(variances[231]).isGreaterThan(cifar.variance().orElseThrow());
        assertThat(cifar.variance().orElseThrow()).isEqualTo(Ncsnv2.variance(CIFAR, 5, cifar.stepSize()));
        assertThat(variances[0]).isLessThan(1); // the start is narrow beside σ₁
    }

    @Test
    void levelsTooFarApartAreWarnedOf() {
        // NCSN's noise levels for MNIST: ten levels, γ = 1.67.
        ScheduleAssessment ten = ScheduleAssessment.of(NoiseLevels.geometric(1, 0.01, 10), 784, 100);
        assertThat(ten.overlap()).isLessThan(1e-6);
        assertThat(ten.warnings())
                .singleElement()
                .asString()
                .contains("too far apart")
                .contains("C = 0.5 takes 59 levels");
        assertThat(ScheduleAssessment.of(NoiseLevels.geometric(1, 0.01, 59), 784, 100)
                        .warnings())
                .isEmpty();
    }

    @Test
    void stepsThatAreTooLargeOrTooSmallAreWarnedOf() {
        ScheduleAssessment unstable = new ScheduleAssessment(CIFAR, 3072, 5, 4e-4);
        assertThat(unstable.stable()).isFalse();
        assertThat(unstable.variance()).isEmpty();
        assertThat(unstable.variances()).isEmpty();
        assertThat(unstable.warnings()).singleElement().asString().startsWith("chains diverge: the step size 0.0004");
        assertThat(new ScheduleAssessment(CIFAR, 3072, 5, 3e-4).warnings())
                .singleElement()
                .asString()
                .startsWith(
                        "steps overshoot: with a step size 0.0003000 of at least half the stability limit, 0.0002000, each");
        double half = Ncsnv2.stabilityLimit(CIFAR) / 2;
        assertThat(new ScheduleAssessment(CIFAR, 3072, 5, half).warnings()).hasSize(1);
        assertThat(new ScheduleAssessment(CIFAR, 3072, 5, Math.nextDown(half)).warnings())
                .isEmpty();
        ScheduleAssessment slow = new ScheduleAssessment(CIFAR, 3072, 5, 1e-6);
        // (1 − ε/(2σ_L²))^(2T) = 0.951, and γ² = 1.0765.
        assertThat(slow.warnings())
                .singleElement()
                .asString()
                .startsWith("chains do not keep up")
                .contains("5 steps of ε = 1.000e-06 leave 95 % of the excess", "makes it 1.08 times as large");
        assertThat(slow.variances()[231]).isGreaterThan(slow.variances()[115]);
    }

    @Test
    void oneLevelIsRefused() {
        assertThatThrownBy(() -> new ScheduleAssessment(NoiseLevels.of(1), 2, 5, 1e-5))
                .hasMessageContaining("at least 2 noise levels; got 1");
        assertThatThrownBy(() -> new ScheduleAssessment(CIFAR, 2, 0, 1e-5)).hasMessageContaining("2, 0 and 1.0E-5");
    }
}
