package scorefield.ncsn.configuration;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import scorefield.ncsn.setting.Setting;

/**
 * The noise schedule.
 *
 * @param sigmaMax σ₁, the largest noise level; empty where it is to come from the data
 * @param sigmaMin σ_L, the smallest
 * @param levels L, how many there are; empty where it is to come from the data's dimension
 */
public record NoiseSettings(
        @Setting(
                defaultValue = "auto",
                above = 0,
                description =
                        "the first and largest noise level; auto: the largest distance between two training samples")
        OptionalDouble sigmaMax,

        @Setting(defaultValue = "0.01", above = 0, description = "the last and smallest noise level")
        double sigmaMin,

        @Setting(
                defaultValue = "auto",
                min = 1,
                max = 100_000,
                description =
                        "L, the number of noise levels; auto: neighbouring levels overlap enough (NCSNv2, technique 2)")
        OptionalInt levels) {}
