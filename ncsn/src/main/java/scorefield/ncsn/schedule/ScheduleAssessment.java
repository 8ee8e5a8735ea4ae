package scorefield.ncsn.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What NCSNv2's theory says of some noise levels and steps: how neighbouring levels overlap (technique 2), and what sampling makes of the
 * variance (technique 4).
 *
 * @param levels σ₁ &gt; … &gt; σ_L
 * @param dimension D, how many numbers a sample has
 * @param stepsPerLevel T
 * @param stepSize ε, in x ← x + (α/2)·s + √α·z; unlike in a {@link SamplingPlan} it may be one with which chains diverge
 */
public record ScheduleAssessment(NoiseLevels levels, int dimension, int stepsPerLevel, double stepSize) {

    /** C below this is worth a warning: the paper's is ½, and its published noise levels have 0.567. */
    public static final double LEAST_OVERLAP = 0.3;

    /** The variance, in one number, of the uniform start in (0, 1)^D about the cube's middle. */
    private static final double START = 1.0 / 12;

    /** Checks that there are at least 2 noise levels and that all numbers are positive. */
    public ScheduleAssessment {
        if (levels.count() < 2) {
            throw new IllegalArgumentException("an assessment needs at least 2 noise levels; got 1");
        }
        if (dimension < 1 || stepsPerLevel < 1 || !(stepSize > 0)) {
            throw new IllegalArgumentException("the dimension, the steps at a level and the step size must be positive;"
                    + " got " + dimension + ", " + stepsPerLevel + " and " + stepSize);
        }
    }

    /** With the step size of technique 4. */
    public static ScheduleAssessment of(NoiseLevels levels, int dimension, int stepsPerLevel) {
        return new ScheduleAssessment(levels, dimension, stepsPerLevel, Ncsnv2.stepSize(levels, stepsPerLevel));
    }

    /** C, of the two neighbours that are farthest apart. */
    public double overlap() {
        return Ncsnv2.overlap(levels.ratio(), dimension);
    }

    /** ε as the second paper and its code write it, in x ← x + α·s + √(2α)·z: half of {@link #stepSize()}. */
    public double publishedStepSize() {
        return stepSize / 2;
    }

    /** {@link Ncsnv2#signalToNoise}. */
    public double signalToNoise() {
        return Ncsnv2.signalToNoise(levels, stepSize);
    }

    /** Whether chains stay finite. */
    public boolean stable() {
        return stepSize < Ncsnv2.stabilityLimit(levels);
    }

    /** s_T²/σ² as technique 4 counts it: after a level that began as the one before it should end; empty where chains diverge. */
    public OptionalDouble variance() {
        return stable() ? OptionalDouble.of(Ncsnv2.variance(levels, stepsPerLevel, stepSize)) : OptionalDouble.empty();
    }

    /** s_T²/σ² after each level, from the uniform start on; empty where chains diverge. */
    public double[] variances() {
        return stable() ? Ncsnv2.variances(levels, stepsPerLevel, stepSize, START) : new double[0];
    }

    /** How often the network is evaluated for a batch: L·T, and once more for the final denoising step. */
    public long evaluations(boolean denoise) {
        return (long) levels.count() * stepsPerLevel + (denoise ? 1 : 0);
    }

    /** What is wrong, each in a sentence with what to do; nothing where nothing is. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        double limit = Ncsnv2.stabilityLimit(levels);
        if (overlap() < LEAST_OVERLAP) {
            warnings.add(format(
                    "the noise levels are too far apart: neighbours overlap by C = %.2g, below %.1f (NCSNv2 asks for about"
                            + " %.1f); C = %.1f takes %d levels",
                    overlap(),
                    LEAST_OVERLAP,
                    Ncsnv2.OVERLAP,
                    Ncsnv2.OVERLAP,
                    Ncsnv2.count(levels.largest(), levels.smallest(), Ncsnv2.ratio(dimension, Ncsnv2.OVERLAP))));
        }
        if (!stable()) {
            warnings.add(format(
                    "chains diverge: the step size %.4g is not below the stability limit 4·σ_L² = %.4g; technique 4 has %.4g",
                    stepSize, limit, Ncsnv2.stepSize(levels, stepsPerLevel)));
        } else if (stepSize >= limit / 2) {
            warnings.add(format(
                    "steps overshoot: with a step size %.4g of at least half the stability limit, %.4g, each step"
                            + " moves a chain to the other side of its data point; technique 4 has %.4g",
                    stepSize, limit / 2, Ncsnv2.stepSize(levels, stepsPerLevel)));
        } else if (kept() * levels.ratio() * levels.ratio() >= 1) {
            warnings.add(format(
                    "chains do not keep up with the noise levels: a level's %d steps of ε = %.4g leave %.0f %% of"
                            + " the excess variance, and the next level makes it %.2f times as large; take more or larger"
                            + " steps",
                    stepsPerLevel, stepSize, 100 * kept(), levels.ratio() * levels.ratio()));
        }
        return warnings;
    }

    /** q = (1−u)^(2T), the share of the former level's variance that is left after a level. */
    private double kept() {
        return Math.pow(1 - stepSize / (2 * levels.smallest() * levels.smallest()), 2.0 * stepsPerLevel);
    }

    private static String format(String text, Object... arguments) {
        return String.format(Locale.ROOT, text, arguments);
    }
}
