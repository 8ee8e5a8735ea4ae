package scorefield.ncsn.data;

import java.util.Arrays;

/**
 * One decoded picture.
 *
 * @param pixels {@code H×W×C}; C is 1 where every pixel is grey, else 3
 */
record Picture(int height, int width, int channels, byte[] pixels) {

    /** A picture of H×W×3; one in which red = green = blue everywhere becomes grey. */
    static Picture ofColour(int height, int width, byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            if (rgb[i] != rgb[i + 1] || rgb[i + 1] != rgb[i + 2]) {
                return new Picture(height, width, 3, rgb);
            }
        }
        byte[] grey = new byte[rgb.length / 3];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = rgb[3 * i];
        }
        return new Picture(height, width, 1, grey);
    }

    Picture fitted(ReadOptions options) {
        return new Picture(
                options.heightFrom(height),
                options.widthFrom(width),
                channels,
                Resampler.fit(pixels, height, width, channels, options));
    }

    /** Writes the picture at {@code at} of {@code target}, with so many channels: its own, or three of a grey picture. */
    void write(int channels, byte[] target, int at) {
        if (this.channels == channels) {
            System.arraycopy(pixels, 0, target, at, pixels.length);
            return;
        }
        for (int i = 0; i < pixels.length; i++) {
            Arrays.fill(target, at + channels * i, at + channels * (i + 1), pixels[i]);
        }
    }
}
