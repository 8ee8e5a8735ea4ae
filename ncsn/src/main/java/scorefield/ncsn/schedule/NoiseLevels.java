package scorefield.ncsn.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The noise levels σ₁ &gt; σ₂ &gt; … &gt; σ_L &gt; 0, from the largest to the smallest, in units of the data (images: [0, 1]).
 *
 * <p>The papers count levels from 1; an index here counts from 0.
 */
public final class NoiseLevels {

    private final double[] sigmas;

    private NoiseLevels(double[] sigmas) {
        if (sigmas.length == 0) {
            throw new IllegalArgumentException("a noise schedule needs at least one noise level; got none");
        }
        for (int i = 0; i < sigmas.length; i++) {
            if (!(sigmas[i] > 0) || Double.isInfinite(sigmas[i]) || i > 0 && !(sigmas[i] < sigmas[i - 1])) {
                throw new IllegalArgumentException(
                        "noise levels must be positive and fall from each to the next, but level " + (i + 1) + " is "
                                + sigmas[i] + (i == 0 ? "" : " after " + sigmas[i - 1]));
            }
        }
        this.sigmas = sigmas;
    }

    /** Given levels, the largest first. */
    public static NoiseLevels of(double... sigmas) {
        return new NoiseLevels(sigmas.clone());
    }

    /**
     * Geometric levels, σᵢ = σ₁·(σ_L/σ₁)^((i−1)/(L−1)).
     *
     * @param first σ₁, the largest
     * @param last σ_L, the smallest
     * @param count L; 1 only where both are equal
     */
    public static NoiseLevels geometric(double first, double last, int count) {
        if (!(last > 0) || !(first >= last) || Double.isInfinite(first)) {
            throw new IllegalArgumentException(
                    "noise levels must fall from a larger one to a smaller, positive one; got " + first + " and "
                            + last);
        }
        if (count < 1 || (count == 1) != (first == last)) {
            throw new IllegalArgumentException(count + " noise levels cannot run from " + first + " to " + last
                    + (first == last ? "; use 1" : "; use at least 2"));
        }
        double[] sigmas = new double[count];
        for (int i = 0; i < count; i++) {
            sigmas[i] = first * Math.pow(last / first, count == 1 ? 0 : (double) i / (count - 1));
        }
        sigmas[count - 1] = last; // to the last bit
        return new NoiseLevels(sigmas);
    }

    /**
     * Levels evenly spaced in σ^(1/ρ).
     *
     * @param first σ₁, the largest
     * @param last σ_L, the smallest
     * @param count L, at least 2
     */
    public static NoiseLevels polynomial(double first, double last, int count, PolynomialSpacing spacing) {
        if (!(last > 0) || !(first > last) || Double.isInfinite(first) || count < 2) {
            throw new IllegalArgumentException("noise levels need σ₁ > σ_L > 0 and at least 2 levels; got " + first
                    + ", " + last + " and " + count + " levels");
        }
        return new NoiseLevels(spacing.between(first, last, count - 1));
    }

    /** L, how many there are. */
    public int count() {
        return sigmas.length;
    }

    /** The level at an index from 0, the largest, to L−1, the smallest. */
    public double sigma(int index) {
        return sigmas[index];
    }

    /** σ₁. */
    public double largest() {
        return sigmas[0];
    }

    /** σ_L. */
    public double smallest() {
        return sigmas[sigmas.length - 1];
    }

    /** γ, the largest ratio of neighbouring levels; that of all of them where the levels are geometric, and 1 for one level. */
    public double ratio() {
        double ratio = 1;
        for (int i = 1; i < sigmas.length; i++) {
            ratio = Math.max(ratio, sigmas[i - 1] / sigmas[i]);
        }
        return ratio;
    }

    /** For people, such as {@code 10 noise levels from σ = 1.000 to 0.01000}. */
    public String description() {
        return count() == 1
                ? String.format(Locale.ROOT, "1 noise level, σ = %.4g", largest())
                : String.format(Locale.ROOT, "%d noise levels from σ = %.4g to %.4g", count(), largest(), smallest());
    }

    /** All of them, the largest first. */
    public double[] toArray() {
        return sigmas.clone();
    }

    /** All of them, the largest first. */
    public List<Double> toList() {
        return Arrays.stream(sigmas).boxed().toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoiseLevels levels && Arrays.equals(sigmas, levels.sigmas);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sigmas);
    }

    @Override
    public String toString() {
        return count() + " noise levels from " + largest() + " to " + smallest();
    }
}
