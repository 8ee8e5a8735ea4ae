package scorefield.ncsn.schedule;

/**
 * NCSNv2's techniques for choosing noise levels and step sizes (Song &amp; Ermon 2020, "Improved Techniques for Training Score-Based
 * Generative Models", arXiv 2006.09011).
 *
 * <p><b>Step sizes.</b> Here, as in the first paper, a Langevin step is x ← x + (α/2)·s + √α·z with αᵢ = ε·σᵢ²/σ_L². The second paper's
 * text and code step x ← x + α·s + √(2α)·z, so that their ε is half of the one here: <b>ε here = 2·ε there</b>. Their 6.2e-6 for CIFAR-10
 * is 1.24e-5 here.
 */
public final class Ncsnv2 {

    /** C, the overlap of neighbouring levels that the paper recommends. */
    public static final double OVERLAP = 0.5;

    /** The fewest {@link #levels}: NCSN's number. In few dimensions technique 2 would be content with less. */
    private static final int FEWEST_LEVELS = 10;

    private Ncsnv2() {}

    /**
     * How much of the samples of one level lies where the samples of the next larger one do (technique 2):
     * Φ(√(2D)(γ−1) + 3γ) − Φ(√(2D)(γ−1) − 3γ).
     *
     * <p>In high dimension D, N(0, σ²I) has its mass in a shell of radius √D·σ and standard deviation σ/√2; this is the mass of one shell
     * within three standard deviations of the next.
     *
     * @param gamma γ = σᵢ₋₁/σᵢ
     */
    public static double overlap(double gamma, int dimension) {
        double distance = Math.sqrt(2.0 * dimension) * (gamma - 1);
        return NormalDistribution.cdf(distance + 3 * gamma) - NormalDistribution.cdf(distance - 3 * gamma);
    }

    /**
     * The ratio γ &gt; 1 of neighbouring levels at which they overlap by C (technique 2).
     *
     * @param dimension D, at least 5: below, the overlap never falls to C, whatever γ
     * @param overlap C, in (0, 0.99]
     */
    public static double ratio(int dimension, double overlap) {
        if (!(overlap > 0 && overlap <= 0.99)) {
            throw new IllegalArgumentException("the overlap C must lie in (0, 0.99]; got " + overlap);
        }
        if (!boundsRatio(dimension)) {
            throw new IllegalArgumentException("in " + dimension + " dimensions the noise levels overlap by more than "
                    + overlap + " at any ratio: technique 2 needs at least 5 dimensions; choose the number of levels");
        }
        // The overlap rises a little above its value at γ = 1, which is 0.9973, and then falls to 0: one crossing.
        double low = 1;
        double high = 2;
        while (overlap(high, dimension) > overlap) {
            low = high;
            high *= 2;
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return high;
            }
            if (overlap(middle, dimension) > overlap) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    /** Whether technique 2 says anything: where √(2D) ≤ 3, wide levels always lie within each other's three standard deviations. */
    public static boolean boundsRatio(int dimension) {
        return 2 * dimension > 9;
    }

    /** L, the number of geometric levels from σ₁ to σ_L whose ratio is nearest to γ. */
    public static int count(double first, double last, double gamma) {
        if (!(last > 0 && first > last && gamma > 1)) {
            throw new IllegalArgumentException(
                    "the levels must fall from " + first + " to " + last + " by a ratio above 1; got " + gamma);
        }
        return Math.max(2, 1 + Math.toIntExact(Math.round(Math.log(first / last) / Math.log(gamma))));
    }

    /**
     * The geometric noise levels that the data ask for: as many levels as make neighbours overlap by {@link #OVERLAP} (technique 2), but at
     * least ten; ten where technique 2 says nothing, below 5 dimensions.
     *
     * @param largest σ₁, by technique 1 the largest Euclidean distance between two samples
     * @param smallest σ_L
     * @param dimension D, how many numbers one sample has
     */
    public static NoiseLevels levels(double largest, double smallest, int dimension) {
        int count = FEWEST_LEVELS;
        if (boundsRatio(dimension)) {
            count = Math.max(count, count(largest, smallest, ratio(dimension, OVERLAP)));
        }
        return NoiseLevels.geometric(largest, smallest, count);
    }

    /**
     * What T steps at a level make of the variance, in units of σ²: s_T²/σ² (technique 4, proposition 3).
     *
     * <p>Started from the level before, with variance γ²σ², and with the exact score −x/σ² of one data point, each step multiplies x by
     * 1−u, u = ε/(2σ_L²), and adds variance 2uσ². So s_T²/σ² = (1−u)^(2T)·(γ²−b) + b, where b = 2u/(1−(1−u)²) = 1/(1−u/2) is what it
     * settles at.
     *
     * @param stepSize ε, in the convention of this class
     */
    public static double variance(NoiseLevels levels, int stepsPerLevel, double stepSize) {
        double u = stepSize / (2 * levels.smallest() * levels.smallest());
        return variance(levels.ratio(), stepsPerLevel, u);
    }

    private static double variance(double gamma, int steps, double u) {
        double settled = 1 / (1 - u / 2);
        return Math.pow(1 - u, 2.0 * steps) * (gamma * gamma - settled) + settled;
    }

    /**
     * What annealing makes of the variance, in units of each level's σ²: the recursion of {@link #variance}, but each level begins with what
     * the one before it really left, the first one with the start.
     *
     * <p>With q = (1−u)^(2T) and v the variance after a level in units of its σ², the next one is left with q·(γ²·v − b) + b. Where q·γ² &lt; 1
     * that settles at b·(1−q)/(1−q·γ²), a little above what technique 4 counts with; otherwise it grows from level to level.
     *
     * @param stepSize ε, in the convention of this class, below the {@linkplain #stabilityLimit stability limit}
     * @param start the variance about the data point before the first level, of one number
     */
    public static double[] variances(NoiseLevels levels, int stepsPerLevel, double stepSize, double start) {
        double u = stepSize / (2 * levels.smallest() * levels.smallest());
        double settled = 1 / (1 - u / 2);
        double kept = Math.pow(1 - u, 2.0 * stepsPerLevel);
        double[] variances = new double[levels.count()];
        double variance = start;
        for (int i = 0; i < variances.length; i++) {
            double square = levels.sigma(i) * levels.sigma(i);
            variances[i] = kept * (variance / square - settled) + settled;
            variance = variances[i] * square;
        }
        return variances;
    }

    /**
     * The signal-to-noise ratio r with which score-SDE's corrector (Song et al. 2021, arXiv 2011.13456, algorithm 4) takes the same steps.
     *
     * <p>It steps x ← x + e·s + √(2e)·z with e = 2·(r·‖z‖/‖s‖)². Where a chain is in equilibrium at level σ, ‖s‖ ≈ ‖z‖/σ, so e = 2r²σ²;
     * in the convention of this class e is α/2 = ε·σ²/(2σ_L²). So r² = ε/(4σ_L²): r is 1 at the {@linkplain #stabilityLimit stability
     * limit}, and the same at all levels.
     *
     * @param stepSize ε, in the convention of this class
     */
    public static double signalToNoise(NoiseLevels levels, double stepSize) {
        return Math.sqrt(stepSize / stabilityLimit(levels));
    }

    /**
     * ε, at which {@link #variance} is closest to 1 (technique 4), in the convention of this class.
     *
     * <p>In general it cannot be 1: it is a mean of γ² and b, which are both larger, weighted with (1−u)^(2T) and the rest. It falls from
     * γ² at u = 0 and rises again towards 2 at u = 1, and the best u lies between.
     */
    public static double stepSize(NoiseLevels levels, int stepsPerLevel) {
        if (stepsPerLevel < 1) {
            throw new IllegalArgumentException(
                    "the number of steps at a level must be at least 1; got " + stepsPerLevel);
        }
        if (levels.count() < 2) {
            throw new IllegalArgumentException(
                    "technique 4 compares a level with the one before, but there is only one;"
                            + " choose the step size");
        }
        double gamma = levels.ratio();
        double low = 0;
        double high = 1;
        // Golden section search: each round keeps the part of the interval that must hold the minimum.
        double golden = (Math.sqrt(5) - 1) / 2;
        for (int round = 0; round < 80; round++) {
            double a = high - golden * (high - low);
            double b = low + golden * (high - low);
            if (variance(gamma, stepsPerLevel, a) < variance(gamma, stepsPerLevel, b)) {
                high = b;
            } else {
                low = a;
            }
        }
        return (low + high) * levels.smallest() * levels.smallest(); // 2·u·σ_L², u the middle
    }

    /**
     * The ε from which on the chain diverges, 4σ_L²: a step multiplies the distance from a data point by 1 − ε/(2σ_L²), which must lie
     * above −1. Any useful ε is below half of it, where the factor is positive.
     */
    public static double stabilityLimit(NoiseLevels levels) {
        return 4 * levels.smallest() * levels.smallest();
    }
}
