package scorefield.ncsn.configuration;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The ladder of noise levels.
 *
 * @param sigmaMax σ₁, the largest; empty where it is to come from the data
 * @param sigmaMin σ_L, the smallest
 * @param levels L; empty where it is to come from the data's dimension
 */
public record NoiseSettings(OptionalDouble sigmaMax, double sigmaMin, OptionalInt levels) {}
