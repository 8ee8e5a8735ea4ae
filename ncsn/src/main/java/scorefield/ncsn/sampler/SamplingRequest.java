package scorefield.ncsn.sampler;

import java.util.OptionalInt;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.PolynomialSpacing;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * What a sampler is asked: to go through these noise levels, with so many evaluations of the score.
 *
 * <p>Where the number of evaluations is given, each sampler spends it by its own rule, which its {@link SamplerKind#description} states; the
 * noise levels are then geometric between the largest and the smallest of these.
 *
 * @param sampler its name, for messages
 * @param levels of the noise schedule that the network was trained on
 * @param evaluations how many a batch may take, at most; empty where the noise levels and the sampler's parameters decide
 * @param denoise whether to end with the denoising step x + σ_L²·s(x, σ_L), which is one of the evaluations
 */
public record SamplingRequest(String sampler, NoiseLevels levels, OptionalInt evaluations, boolean denoise) {

    /** The evaluations that are left for all but the denoising step, where their number is given. */
    public OptionalInt steps() {
        return evaluations.isEmpty() ? evaluations : OptionalInt.of(evaluations.getAsInt() - (denoise ? 1 : 0));
    }

    /** The noise levels, of which there must be several. */
    public NoiseLevels severalLevels() {
        if (levels.count() == 1) {
            throw new BadConfigurationException(
                    "sampling.sampler: " + sampler + " needs several noise levels, but there is only one, σ = "
                            + levels.largest() + "; take langevin");
        }
        return levels;
    }

    /** So many noise levels, geometric between the largest and the smallest. */
    public NoiseLevels respaced(int count) {
        requireSeveral(count);
        return NoiseLevels.geometric(levels.largest(), levels.smallest(), count);
    }

    /** So many noise levels between the largest and the smallest, evenly spaced in σ^(1/ρ). */
    public NoiseLevels respaced(int count, PolynomialSpacing spacing) {
        requireSeveral(count);
        return NoiseLevels.polynomial(levels.largest(), levels.smallest(), count, spacing);
    }

    private void requireSeveral(int count) {
        severalLevels();
        if (count < 2) {
            throw tooFewEvaluations("they give " + count + " noise levels, and it needs at least 2");
        }
    }

    /** The error where the evaluations that were given are too few. */
    public BadConfigurationException tooFewEvaluations(String reason) {
        return new BadConfigurationException(
                "sampling.evaluations = " + evaluations.orElseThrow() + " is too small for " + sampler + ": " + reason);
    }

    /** With what a description ends. */
    String ending() {
        return denoise ? "" : ", no denoising step";
    }
}
