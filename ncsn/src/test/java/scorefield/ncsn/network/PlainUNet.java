package scorefield.ncsn.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The U-Net without attention, stated once more with loops over numbers: from {@link UNet}'s and {@link ResidualBlock}'s Javadoc, with the
 * parameters in their shapes on disk, which are PyTorch's. It computes one image at a time.
 */
final class PlainUNet {

    private static final double EPSILON = 1e-5;

    private final Tape tape = new Tape();
    private final UNetSettings settings;
    private final Map<String, int[]> parameters = new HashMap<>();

    /** @param numbers every parameter's, by name, in the order of their shapes on disk */
    PlainUNet(UNetSettings settings, Map<String, float[]> numbers) {
        this.settings = settings;
        numbers.forEach((name, disk) -> {
            int[] indices = new int[disk.length];
            for (int i = 0; i < disk.length; i++) {
                indices[i] = tape.number(disk[i]);
            }
            parameters.put(name, indices);
        });
    }

    /** Of a channel, y and x: numbers on the tape. */
    private record Image(int[][][] channels) {

        int count() {
            return channels.length;
        }

        int height() {
            return channels[0].length;
        }

        int width() {
            return channels[0][0].length;
        }
    }

    private static Image empty(int channels, int height, int width) {
        return new Image(new int[channels][height][width]);
    }

    Tape tape() {
        return tape;
    }

    int[] parameter(String name) {
        return parameters.get(name);
    }

    /**
     * The score of an image.
     *
     * @param x H×W×C
     * @param label the image's class; negative in an unconditional network
     * @return H×W×C numbers on the tape
     */
    int[] score(double[] x, int height, int width, int imageChannels, double sigma, int label) {
        int c = settings.channels();
        int[] embedding = embedding(c, sigma, label);
        Image input = empty(imageChannels, height, width);
        for (int i = 0; i < x.length; i++) {
            input.channels[i % imageChannels][i / imageChannels / width][i / imageChannels % width] =
                    tape.number(2 * x[i] - 1);
        }
        Image h = convolution("conv_in", input, c, 3);
        Deque<Image> skips = new ArrayDeque<>();
        skips.push(h);
        List<Integer> multipliers = settings.multipliers();
        int number = 0;
        for (int level = 0; level < multipliers.size(); level++) {
            for (int i = 0; i < settings.blocks(); i++) {
                h = block("down." + number++, h, embedding, c * multipliers.get(level));
                skips.push(h);
            }
            if (level + 1 < multipliers.size()) {
                h = averageOfFour(h);
                skips.push(h);
            }
        }
        h = block("mid.0", h, embedding, h.count());
        h = block("mid.1", h, embedding, h.count());
        number = 0;
        for (int level = multipliers.size() - 1; level >= 0; level--) {
            for (int i = 0; i < settings.blocks() + 1; i++) {
                h = block("up." + number++, oneAfterTheOther(h, skips.pop()), embedding, c * multipliers.get(level));
            }
            if (level > 0) {
                h = convolution("upsample." + (multipliers.size() - 1 - level), twiceAsLarge(h), h.count(), 3);
            }
        }
        Image last = convolution("conv_out", normSilu("norm_out", h), imageChannels, 3);
        int[] score = new int[x.length];
        for (int i = 0; i < score.length; i++) {
            int output = last.channels[i % imageChannels][i / imageChannels / width][i / imageChannels % width];
            score[i] = tape.affine(1 / sigma, output, 0);
        }
        return score;
    }

    private int[] embedding(int c, double sigma, int label) {
        int half = c / 2;
        int[] features = new int[c];
        for (int i = 0; i < half; i++) {
            double angle = Math.log(sigma) * Math.exp(4.0 * i / (half - 1));
            features[i] = tape.number(Math.sin(angle));
            features[half + i] = tape.number(Math.cos(angle));
        }
        int[] e = linear("embed.1", silu(linear("embed.0", features, 4 * c)), 4 * c);
        if (label >= 0) {
            int[] table = parameters.get("labels.weight");
            for (int i = 0; i < e.length; i++) {
                e[i] = tape.plus(e[i], table[label * e.length + i]);
            }
        }
        return silu(e);
    }

    private int[] silu(int[] numbers) {
        int[] result = new int[numbers.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = tape.silu(numbers[i]);
        }
        return result;
    }

    private int[] linear(String name, int[] input, int outputs) {
        int[] weight = parameters.get(name + ".weight");
        int[] bias = parameters.get(name + ".bias");
        int[] result = new int[outputs];
        for (int o = 0; o < outputs; o++) {
            int sum = bias[o];
            for (int i = 0; i < input.length; i++) {
                sum = tape.plus(sum, tape.times(weight[o * input.length + i], input[i]));
            }
            result[o] = sum;
        }
        return result;
    }

    private Image block(String name, Image x, int[] embedding, int outputs) {
        Image h = convolution(name + ".conv1", normSilu(name + ".norm1", x), outputs, 3);
        int[] conditioning = linear(name + ".emb", embedding, outputs);
        Image conditioned = empty(outputs, x.height(), x.width());
        for (int o = 0; o < outputs; o++) {
            for (int row = 0; row < x.height(); row++) {
                for (int column = 0; column < x.width(); column++) {
                    conditioned.channels[o][row][column] = tape.plus(h.channels[o][row][column], conditioning[o]);
                }
            }
        }
        h = convolution(name + ".conv2", normSilu(name + ".norm2", conditioned), outputs, 3);
        Image around = x.count() == outputs ? x : convolution(name + ".skip", x, outputs, 1);
        Image sum = empty(outputs, x.height(), x.width());
        for (int o = 0; o < outputs; o++) {
            for (int row = 0; row < x.height(); row++) {
                for (int column = 0; column < x.width(); column++) {
                    sum.channels[o][row][column] =
                            tape.plus(h.channels[o][row][column], around.channels[o][row][column]);
                }
            }
        }
        return sum;
    }

    private Image convolution(String name, Image x, int outputs, int kernel) {
        int[] weight = parameters.get(name + ".weight");
        int[] bias = parameters.get(name + ".bias");
        Image result = empty(outputs, x.height(), x.width());
        for (int o = 0; o < outputs; o++) {
            for (int row = 0; row < x.height(); row++) {
                for (int column = 0; column < x.width(); column++) {
                    int sum = bias[o];
                    for (int i = 0; i < x.count(); i++) {
                        for (int ky = 0; ky < kernel; ky++) {
                            for (int kx = 0; kx < kernel; kx++) {
                                int y = row + ky - kernel / 2;
                                int at = column + kx - kernel / 2;
                                if (y >= 0 && y < x.height() && at >= 0 && at < x.width()) {
                                    int w = weight[((o * x.count() + i) * kernel + ky) * kernel + kx];
                                    sum = tape.plus(sum, tape.times(w, x.channels[i][y][at]));
                                }
                            }
                        }
                    }
                    result.channels[o][row][column] = sum;
                }
            }
        }
        return result;
    }

    /** Group norm and SiLU. A group has at least four channels, and there are at most 32. */
    private Image normSilu(String name, Image x) {
        int[] scale = parameters.get(name + ".weight");
        int[] shift = parameters.get(name + ".bias");
        int groups = Math.max(1, Math.min(32, x.count() / 4));
        while (x.count() % groups != 0) {
            groups--;
        }
        int each = x.count() / groups;
        double count = (double) each * x.height() * x.width();
        Image result = empty(x.count(), x.height(), x.width());
        for (int g = 0; g < groups; g++) {
            int sum = tape.number(0);
            for (int k = g * each; k < (g + 1) * each; k++) {
                for (int[] row : x.channels[k]) {
                    for (int number : row) {
                        sum = tape.plus(sum, number);
                    }
                }
            }
            int mean = tape.affine(1 / count, sum, 0);
            int squares = tape.number(0);
            for (int k = g * each; k < (g + 1) * each; k++) {
                for (int[] row : x.channels[k]) {
                    for (int number : row) {
                        int away = tape.minus(number, mean);
                        squares = tape.plus(squares, tape.times(away, away));
                    }
                }
            }
            int deviation = tape.sqrt(tape.affine(1 / count, squares, EPSILON));
            for (int k = g * each; k < (g + 1) * each; k++) {
                for (int row = 0; row < x.height(); row++) {
                    for (int column = 0; column < x.width(); column++) {
                        int away = tape.over(tape.minus(x.channels[k][row][column], mean), deviation);
                        result.channels[k][row][column] = tape.silu(tape.plus(tape.times(away, scale[k]), shift[k]));
                    }
                }
            }
        }
        return result;
    }

    private Image averageOfFour(Image x) {
        Image result = empty(x.count(), x.height() / 2, x.width() / 2);
        for (int k = 0; k < x.count(); k++) {
            for (int row = 0; row < result.height(); row++) {
                for (int column = 0; column < result.width(); column++) {
                    int[][] plane = x.channels[k];
                    int above = tape.plus(plane[2 * row][2 * column], plane[2 * row][2 * column + 1]);
                    int below = tape.plus(plane[2 * row + 1][2 * column], plane[2 * row + 1][2 * column + 1]);
                    result.channels[k][row][column] = tape.affine(0.25, tape.plus(above, below), 0);
                }
            }
        }
        return result;
    }

    private static Image twiceAsLarge(Image x) {
        Image result = empty(x.count(), 2 * x.height(), 2 * x.width());
        for (int k = 0; k < x.count(); k++) {
            for (int row = 0; row < result.height(); row++) {
                for (int column = 0; column < result.width(); column++) {
                    result.channels[k][row][column] = x.channels[k][row / 2][column / 2];
                }
            }
        }
        return result;
    }

    private static Image oneAfterTheOther(Image h, Image skip) {
        int[][][] channels = new int[h.count() + skip.count()][][];
        System.arraycopy(h.channels, 0, channels, 0, h.count());
        System.arraycopy(skip.channels, 0, channels, h.count(), skip.count());
        return new Image(channels);
    }
}
