package scorefield.ncsn.network;

import java.util.List;
import java.util.stream.IntStream;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.setting.Setting;

/**
 * The size of a {@link UNet}.
 *
 * @param channels c, the number of channels of the finest level
 * @param multipliers for each level, finest first, its number of channels divided by c
 * @param blocks the number of residual blocks per level in the encoder (the decoder has one more)
 * @param attention the resolutions with self-attention: each is the height of a level, or its width where that is greater
 * @param channelsPerHead channels of each head of self-attention
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
        int blocks,

        @Setting(
                name = "model.attention",
                defaultValue = "[]",
                min = 1,
                max = 65_536,
                minLength = 0,
                maxLength = 8,
                form = "[14, 7]",
                later = true,
                description =
                        "for images: the resolutions with self-attention: it follows every residual block of a level whose longer"
                                + " side has so many pixels")
        List<Integer> attention,

        @Setting(
                name = "model.channels-per-head",
                defaultValue = "64",
                min = 1,
                max = 1024,
                later = true,
                description = "for images: channels in each head of self-attention; a level with fewer has one head")
        int channelsPerHead) {

    /** As in EDM (Karras et al. 2022, arXiv 2206.00364, table 8). */
    private static final int CHANNELS_PER_HEAD = 64;

    /** Copies the multipliers, and checks that group norm can divide the channels and that there is a level. */
    public UNetSettings {
        multipliers = List.copyOf(multipliers);
        attention = List.copyOf(attention);
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
        if (channelsPerHead < 1) {
            throw new IllegalArgumentException("channels per head must be at least 1; got " + channelsPerHead);
        }
    }

    /** Without self-attention. */
    public UNetSettings(int channels, List<Integer> multipliers, int blocks) {
        this(channels, multipliers, blocks, List.of(), CHANNELS_PER_HEAD);
    }

    /** 32 channels, levels of 1, 2 and 2 times as many, 2 blocks each. */
    public static UNetSettings defaults() {
        return new UNetSettings(32, List.of(1, 2, 2), 2);
    }

    /** The same with self-attention at some resolutions. */
    public UNetSettings withAttention(Integer... resolutions) {
        return new UNetSettings(channels, multipliers, blocks, List.of(resolutions), channelsPerHead);
    }

    /**
     * The resolution of each level, finest first: its height, or its width where that is greater.
     *
     * @throws BadConfigurationException if self-attention is wanted at another resolution
     */
    List<Integer> resolutions(int height, int width) {
        List<Integer> resolutions = IntStream.range(0, multipliers.size())
                .mapToObj(level -> Math.max(height, width) >> level)
                .toList();
        for (int resolution : attention) {
            if (!resolutions.contains(resolution)) {
                throw new BadConfigurationException(
                        "model.attention must be resolutions of the network's levels, which are " + resolutions
                                + " for images of " + height + "×" + width + "; got " + resolution);
            }
        }
        return resolutions;
    }

    /** The number that must divide the height and the width: a factor of 2 for each level but the last. */
    public int divisor() {
        return 1 << (multipliers.size() - 1);
    }
}
