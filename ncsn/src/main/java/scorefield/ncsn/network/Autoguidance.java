package scorefield.ncsn.network;

import java.util.Locale;
import scorefield.autodiff.Tensor;

/**
 * Autoguidance, which exaggerates the difference between a network and a worse version of itself, its guide (Karras et al. 2024, arXiv
 * 2406.02507, equation 5 with w + 1 for w):
 *
 * <pre>
 * s(x, σ) + w·(s(x, σ) − s_guide(x, σ))    where σ_min ≤ σ ≤ σ_max;  s(x, σ) elsewhere
 * </pre>
 *
 * <p>A network that was trained for a short time spreads its probability too widely, and the guide more so: the difference points away from what
 * both get wrong. So guided samples lie nearer to the data, and lose less of their diversity than by
 * {@link ClassifierFreeGuidance}. Large noise levels are left out, because there the guided score leads to other proportions of the data's kinds,
 * and so are small ones, where it has nothing left to decide (Kynkäänniemi et al. 2024, arXiv 2404.07724).
 *
 * <p>The guided scores of different noise levels do not belong to one perturbed distribution, so guidance changes sampling and does not define a
 * density. An evaluation of the score takes both networks.
 *
 * @param weight w ≥ 0; 0 for no guidance
 * @param smallest σ_min, in the data's units
 * @param largest σ_max, in the data's units
 */
public record Autoguidance(double weight, double smallest, double largest) {

    /** No guidance. */
    public static final Autoguidance NONE = new Autoguidance(0, 0, Double.MAX_VALUE);

    /** Checks that w and σ_min are at least 0 and σ_max at least σ_min. */
    public Autoguidance {
        if (!(weight >= 0 && smallest >= 0 && largest >= smallest)) {
            throw new IllegalArgumentException("autoguidance needs w >= 0 and 0 <= σ_min <= σ_max; got w = " + weight
                    + ", σ_min = " + smallest + ", σ_max = " + largest);
        }
    }

    /** For people: {@code autoguidance w = 1.000 from σ = 1.000 to 0.03000}. */
    public String description() {
        return String.format(Locale.ROOT, "autoguidance w = %.4g from σ = %.4g to %.4g", weight, largest, smallest);
    }

    /** How many networks an evaluation of the score takes. */
    public int networks() {
        return active() ? 2 : 1;
    }

    /** Whether it changes anything. */
    public boolean active() {
        return weight != 0;
    }

    /**
     * The guided score; the score itself where w = 0.
     *
     * @param guide of the worse network
     */
    public ScoreFunction of(ScoreFunction score, ScoreFunction guide) {
        if (!active()) {
            return score;
        }
        return (x, sigma) -> {
            Tensor own = score.score(x, sigma);
            Tensor beyond = Tensor.scalar(largest).lessThan(sigma);
            Tensor below = sigma.lessThan(Tensor.scalar(smallest));
            Tensor within = Tensor.scalar(1).minus(beyond.plus(below)).times(weight);
            Tensor difference = own.minus(guide.score(x, sigma));
            return own.plus(difference.times(within.reshape(x.shape().perSample())));
        };
    }
}
