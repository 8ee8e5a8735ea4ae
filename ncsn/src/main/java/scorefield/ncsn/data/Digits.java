package scorefield.ncsn.data;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * An endless supply of digits as a hand would write them, white on black like MNIST: something to learn with nothing
 * downloaded.
 *
 * <p>A digit begins as a skeleton: the pen's way, one of several for each digit ({@link Skeletons}). Its points are
 * jittered and the whole is bent by a slow random wave; a centripetal Catmull-Rom curve is laid through them (P. Yuksel,
 * S. Schaefer, J. Keyser, "Parameterization and applications of Catmull-Rom curves", 2011: without loops and cusps,
 * unlike the uniform one); a random affine map slants, turns and stretches it; it is fitted into the middle of the image
 * as MNIST's digits are (20 of 28 pixels); and a pen of random, slightly varying width follows it.
 *
 * <p>Image {@code index} of a seed is always the same, whatever was drawn before, and shows the digit
 * {@code index mod 10}.
 */
public final class Digits {

    /** MNIST's height and width. */
    public static final int SIDE = 28;

    private static final List<String> CLASSES = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    /** Straight pieces between two points of a skeleton. */
    private static final int PIECES = 8;

    private final long seed;
    private final int height;
    private final int width;

    /** Digits of {@code height}×{@code width} pixels, each at least 8. Another seed gives other digits. */
    public Digits(long seed, int height, int width) {
        ImageSize size = new ImageSize(height, width);
        if (height < 8 || width < 8) {
            throw new BadDataException("digits of " + size + " pixels cannot be read; the least is 8x8");
        }
        this.seed = seed;
        this.height = height;
        this.width = width;
    }

    /** Digits of 28×28 pixels. */
    public Digits(long seed) {
        this(seed, SIDE, SIDE);
    }

    /** Which digit image {@code index} shows, 0 to 9. */
    public int label(long index) {
        return (int) Math.floorMod(index, 10L);
    }

    /** Image {@code index}, {@code H×W}: 0 is paper, 255 is ink. */
    public byte[] render(long index) {
        byte[] pixels = new byte[height * width];
        render(index, pixels, 0);
        return pixels;
    }

    /** Images 0 (inclusive) to {@code count} (exclusive), with labels. */
    public Images generate(int count) {
        if (count < 1) {
            throw new BadDataException("digits: the number of images must be at least 1; got " + count);
        }
        Images.requireRoom("digits", count, height, width, 1);
        byte[] bytes = new byte[count * height * width];
        IntStream.range(0, count).parallel().forEach(i -> render(i, bytes, i * height * width));
        int[] labels = IntStream.range(0, count).map(this::label).toArray();
        return new Images("digits", height, width, 1, bytes, labels, CLASSES);
    }

    private void render(long index, byte[] pixels, int at) {
        SplitMix random = new SplitMix(seed, index);
        List<List<Skeletons.Stroke>> ways = Skeletons.of(label(index));
        List<Skeletons.Stroke> skeleton = ways.get(random.below(ways.size()));
        Hand hand = new Hand(random);
        List<Curve> curves = new ArrayList<>();
        for (Skeletons.Stroke stroke : skeleton) {
            curves.add(Curve.through(hand.write(stroke), PIECES));
        }
        Ink ink = new Ink(height, width);
        place(curves, random, ink);
        ink.develop(pixels, at);
    }

    /** Scales and moves the written digit to the middle of the image, and draws it. */
    private void place(List<Curve> curves, SplitMix random, Ink ink) {
        double left = curves.stream().mapToDouble(Curve::left).min().orElseThrow();
        double right = curves.stream().mapToDouble(Curve::right).max().orElseThrow();
        double top = curves.stream().mapToDouble(Curve::top).min().orElseThrow();
        double bottom = curves.stream().mapToDouble(Curve::bottom).max().orElseThrow();

        double unit = Math.min(height, width);
        double radius = unit * 0.046 * StrictMath.exp(0.26 * random.normal(2));
        double fill = 20.0 / 28 * (1 + 0.06 * random.normal(2));
        // The box is for the ink, so the pen's width goes off what is left for its way.
        double scale = Math.min(
                (fill * height - 2 * radius) / Math.max(bottom - top, 0.2),
                (fill * width - 2 * radius) / Math.max(right - left, 0.2));
        double shiftX = width / 2.0 + 0.025 * unit * random.normal(2) - scale * (left + right) / 2;
        double shiftY = height / 2.0 + 0.025 * unit * random.normal(2) - scale * (top + bottom) / 2;

        double wave = random.uniform(0, 2 * Math.PI);
        double frequency = random.uniform(0.5, 1.5);
        double depth = 0.1 * random.normal(2);
        for (Curve curve : curves) {
            int last = curve.x().length - 1;
            double previous = radius * (1 + depth * StrictMath.sin(wave));
            for (int i = 0; i < last; i++) {
                double next = radius * (1 + depth * StrictMath.sin(wave + 2 * Math.PI * frequency * (i + 1) / last));
                ink.line(
                        scale * curve.x()[i] + shiftX,
                        scale * curve.y()[i] + shiftY,
                        previous,
                        scale * curve.x()[i + 1] + shiftX,
                        scale * curve.y()[i + 1] + shiftY,
                        next);
                previous = next;
            }
        }
    }

    /** The random distortion of a skeleton, as one person writes it once. */
    private static final class Hand {

        private final SplitMix random;
        private final double jitter;
        /** The affine map's matrix, row by row. */
        private final double xx;

        private final double xy;
        private final double yx;
        private final double yy;
        /** The slow wave that bends the sheet: amplitude, direction and phase, for x and for y. */
        private final double[] bend = new double[8];

        Hand(SplitMix random) {
            this.random = random;
            jitter = 0.013 + 0.022 * random.uniform();
            double turn = Math.toRadians(6) * random.normal(3);
            double slant = 0.14 + 0.2 * random.normal(2);
            double wide = 0.78 * StrictMath.exp(0.18 * random.normal(3));
            double cos = StrictMath.cos(turn);
            double sin = StrictMath.sin(turn);
            // Turn · slant · width: what stands upright leans to the right, as most hands write.
            xx = cos * wide;
            xy = -cos * slant - sin;
            yx = sin * wide;
            yy = -sin * slant + cos;
            for (int axis = 0; axis < 2; axis++) {
                bend[4 * axis] = 0.035 * random.normal(2);
                bend[4 * axis + 1] = random.uniform(-4.5, 4.5);
                bend[4 * axis + 2] = random.uniform(-4.5, 4.5);
                bend[4 * axis + 3] = random.uniform(0, 2 * Math.PI);
            }
        }

        Skeletons.Stroke write(Skeletons.Stroke stroke) {
            int n = stroke.points();
            Skeletons.Stroke written = new Skeletons.Stroke(new double[n], new double[n], stroke.corner());
            for (int i = 0; i < n; i++) {
                double x = stroke.x()[i] - 0.5;
                double y = stroke.y()[i] - 0.5;
                double u = x + wave(0, x, y) + jitter * random.normal(3);
                double v = y + wave(4, x, y) + jitter * random.normal(3);
                written.x()[i] = xx * u + xy * v;
                written.y()[i] = yx * u + yy * v;
            }
            return written;
        }

        private double wave(int at, double x, double y) {
            return bend[at] * StrictMath.sin(bend[at + 1] * x + bend[at + 2] * y + bend[at + 3]);
        }
    }
}
