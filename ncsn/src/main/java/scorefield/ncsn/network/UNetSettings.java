package scorefield.ncsn.network;

import java.util.List;
import scorefield.ncsn.setting.Setting;

/**
 * The size of a {@link UNet}.
 *
 * @param channels c, the number of channels of the finest level
 * @param multipliers for each level, finest first, its number of channels divided by c
 * @param blocks the number of residual blocks per level in the encoder (the decoder has one more)
 */
public record UNetSettings(
        @Setting(
                defaultValue = "32",
                min = 4,
                max = 1024,
                description = "for images: c, the channels of the U-Net's first level; a multiple of 4")
        int channels,

        @Setting(
                defaultValue = "[1, 2, 2]",
                min = 1,
                max = 32,
                maxLength = 8,
                description =
                        "for images: each level's channels as a multiple of c; every level after the first halves height and"
                                + " width")
        List<Integer> multipliers,

        @Setting(defaultValue = "2", min = 1, max = 16, description = "for images: residual blocks in each level")
        int blocks) {

    /** Copies the multipliers, and checks that group norm can divide the channels and that there is a level. */
    public UNetSettings {
        multipliers = List.copyOf(multipliers);
        if (channels < 4 || channels % 4 != 0) {
            throw new IllegalArgumentException(
                    "channels must be a multiple of 4, because a group of group norm has at least 4; got " + channels);
        }
        if (multipliers.isEmpty() || multipliers.stream().anyMatch(multiplier -> multiplier < 1)) {
            throw new IllegalArgumentException(
                    "multipliers must be one positive number for each level, such as [1, 2, 2]; got " + multipliers);
        }
        if (blocks < 1) {
            throw new IllegalArgumentException("blocks must be at least 1; got " + blocks);
        }
    }

    /** 32 channels, levels of 1, 2 and 2 times as many, 2 blocks each. */
    public static UNetSettings defaults() {
        return new UNetSettings(32, List.of(1, 2, 2), 2);
    }

    /** The number that must divide the height and the width: a factor of 2 for each level but the last. */
    public int divisor() {
        return 1 << (multipliers.size() - 1);
    }
}
