package scorefield.ncsn.schedule;

import java.util.Locale;

/**
 * What annealed Langevin dynamics does: T steps at each noise level, from the largest to the smallest.
 *
 * @param levels σ₁ &gt; … &gt; σ_L
 * @param stepsPerLevel T
 * @param stepSize ε: the step at level i is αᵢ = ε·σᵢ²/σ_L², in x ← x + (α/2)·s + √α·z
 * @param denoise whether to end with x + σ_L²·s(x, σ_L), the mean of the clean image given the noisy one
 */
public record SamplingPlan(NoiseLevels levels, int stepsPerLevel, double stepSize, boolean denoise) {

    /** T by default, NCSNv2's. */
    public static final int DEFAULT_STEPS = 5;

    /** Checks that T is at least 1 and that the step size is stable: above 0 and below 4·σ_L². */
    public SamplingPlan {
        if (stepsPerLevel < 1) {
            throw new IllegalArgumentException(
                    "the number of steps at a level must be at least 1; got " + stepsPerLevel);
        }
        double limit = Ncsnv2.stabilityLimit(levels);
        if (!(stepSize > 0 && stepSize < limit)) {
            throw new IllegalArgumentException("the step size must lie between 0 and 4·σ_L² = " + limit
                    + ", from where on the chain diverges; got " + stepSize);
        }
    }

    /** T steps at each level, with the step size of technique 4 and the final denoising step. */
    public static SamplingPlan of(NoiseLevels levels, int stepsPerLevel) {
        return new SamplingPlan(levels, stepsPerLevel, Ncsnv2.stepSize(levels, stepsPerLevel), true);
    }

    /** For people, such as {@code 10 noise levels from σ = 1.000 to 0.01000, 5 steps each, ε = 6.200e-06}. */
    public String description() {
        return String.format(
                Locale.ROOT,
                "%s, %d %s %s, ε = %.4g%s",
                levels.description(),
                stepsPerLevel,
                stepsPerLevel == 1 ? "step" : "steps",
                levels.count() == 1 ? "there" : "each",
                stepSize,
                denoise ? "" : ", no denoising step");
    }

    /** αᵢ = ε·σᵢ²/σ_L², the step at the level with this index, from 0. */
    public double alpha(int level) {
        double relative = levels.sigma(level) / levels.smallest();
        return stepSize * relative * relative;
    }

    /** L·T, how many steps there are, the final denoising step not counted. */
    public int steps() {
        return Math.multiplyExact(levels.count(), stepsPerLevel);
    }
}
