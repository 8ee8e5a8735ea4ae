package scorefield.ncsn.configuration;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How to sample.
 *
 * @param sampler which way
 * @param evaluations how many network evaluations a batch may take, at most; empty where the ladder and the other settings decide
 * @param stepsPerLevel T; empty for the program's choice
 * @param stepSize ε; empty where it is to come from the ladder and T
 * @param eta η of consistent annealed sampling; empty for that of ancestral sampling
 * @param snr r, the signal-to-noise ratio of a corrector's step
 * @param corrections M, the corrector's steps at each level
 * @param tolerance of an adaptive solver's step: relative, and absolute in the data's units
 * @param denoise whether to end with the denoising step
 * @param images how many
 */
public record SamplingSettings(
        SamplerKind sampler,
        OptionalInt evaluations,
        OptionalInt stepsPerLevel,
        OptionalDouble stepSize,
        OptionalDouble eta,
        double snr,
        int corrections,
        double tolerance,
        boolean denoise,
        int images) {

    /** The evaluations that are left for all but the denoising step, where their number is given. */
    OptionalInt evaluationsBeforeDenoising() {
        return evaluations.isEmpty() ? evaluations : OptionalInt.of(evaluations.getAsInt() - (denoise ? 1 : 0));
    }
}
