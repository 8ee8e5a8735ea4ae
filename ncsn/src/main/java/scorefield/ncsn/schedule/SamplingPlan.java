package scorefield.ncsn.schedule;

/**
 * What annealed Langevin dynamics does: T steps at each noise level, from the largest to the smallest.
 *
 * @param levels σ₁ &gt; … &gt; σ_L
 * @param stepsPerLevel T
 * @param stepSize ε: the step at level i is αᵢ = ε·σᵢ²/σ_L², in x ← x + (α/2)·s + √α·z
 * @param denoise whether to end with x + σ_L²·s(x, σ_L), the mean of the clean image given the noisy one
 */
public record SamplingPlan(NoiseLevels levels, int stepsPerLevel, double stepSize, boolean denoise) {

    /** σ_L by default: below what an 8-bit image can show by much less than a grey level's width it would only cost levels. */
    public static final double DEFAULT_SMALLEST = 0.01;

    /** T by default, NCSNv2's. */
    public static final int DEFAULT_STEPS = 5;

    /** The fewest levels chosen by themselves: NCSN's number. In few dimensions technique 2 would be content with less. */
    private static final int FEWEST_LEVELS = 10;

    public SamplingPlan {
        if (stepsPerLevel < 1) {
            throw new IllegalArgumentException("there must be at least one step a level, not " + stepsPerLevel);
        }
        double limit = Ncsnv2.stabilityLimit(levels);
        if (!(stepSize > 0 && stepSize < limit)) {
            throw new IllegalArgumentException("the step size must lie between 0 and 4·σ_L² = " + limit
                    + ", from where on the chain diverges, not be " + stepSize);
        }
    }

    /** T steps at each level, with the step size of technique 4 and the final denoising step. */
    public static SamplingPlan of(NoiseLevels levels, int stepsPerLevel) {
        return new SamplingPlan(levels, stepsPerLevel, Ncsnv2.stepSize(levels, stepsPerLevel), true);
    }

    /**
     * The noise levels that the data ask for: from the largest distance between two data points (technique 1) down to
     * {@link #DEFAULT_SMALLEST}, as many as make neighbours overlap by one half (technique 2), and at least ten.
     *
     * @param largestDistance the largest Euclidean distance between two samples
     * @param dimension D, how many numbers one sample has
     */
    public static NoiseLevels levelsFor(double largestDistance, int dimension) {
        if (!(largestDistance > DEFAULT_SMALLEST) || Double.isInfinite(largestDistance)) {
            throw new IllegalArgumentException("the largest distance between two samples is " + largestDistance
                    + ", no more than the smallest noise level " + DEFAULT_SMALLEST
                    + "; are all samples the same? Otherwise choose the noise levels");
        }
        int count = FEWEST_LEVELS;
        if (Ncsnv2.boundsRatio(dimension)) {
            double gamma = Ncsnv2.ratio(dimension, Ncsnv2.OVERLAP);
            count = Math.max(count, Ncsnv2.count(largestDistance, DEFAULT_SMALLEST, gamma));
        }
        return NoiseLevels.geometric(largestDistance, DEFAULT_SMALLEST, count);
    }

    /** All by default: {@link #levelsFor} the data, {@link #DEFAULT_STEPS} steps at each. */
    public static SamplingPlan forData(double largestDistance, int dimension) {
        return of(levelsFor(largestDistance, dimension), DEFAULT_STEPS);
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
