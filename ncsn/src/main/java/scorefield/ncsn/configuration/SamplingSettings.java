package scorefield.ncsn.configuration;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How to sample.
 *
 * @param stepsPerLevel T; empty for the program's choice
 * @param stepSize ε; empty where it is to come from the ladder and T
 * @param denoise whether to end with the denoising step
 * @param images how many
 */
public record SamplingSettings(OptionalInt stepsPerLevel, OptionalDouble stepSize, boolean denoise, int images) {}
