package scorefield.ncsn.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import scorefield.ncsn.distribution.Gaussian;
import scorefield.ncsn.distribution.GaussianMixture;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.text.Spelling;

/**
 * Two-dimensional sets to learn from: small enough to train on in seconds, and all of the learned score can be seen. They
 * lie within about [−4, 4]². With t and u uniform on [0, 1) and z standard normal in two dimensions:
 *
 * <ul>
 *   <li>{@code mixture}: five unequal Gaussians, {@link #mixture()}; the true score is known.
 *   <li>{@code moons}: two half circles that reach into each other, 2·(cos πt − ½, sin πt − ¼) and
 *       2·(½ − cos πt, ¼ − sin πt), each for half of the points, plus 0.15·z.
 *   <li>{@code spiral}: 3.5·√t·(cos 3π√t, sin 3π√t) + 0.1·z; the square root spreads the points evenly along the arm.
 *   <li>{@code rings}: r·(cos 2πt, sin 2πt) + 0.08·z with r = 1, 2 or 3, as probable as the ring is long: ⅙, ⅓, ½.
 *   <li>{@code checkerboard}: uniform on those 8 of the 16 squares of side 2 in [−4, 4)² in which ⌊x/2⌋ + ⌊y/2⌋ is even.
 *       Its density jumps, so it has no score before noise is added.
 * </ul>
 *
 * <p>Point i of a seed is always the same, however many are drawn.
 */
public final class PlanarSets {

    private static final Map<String, Draw> DRAWS = new TreeMap<>(Map.of(
            "mixture", mixture()::draw,
            "moons", PlanarSets::moons,
            "spiral", PlanarSets::spiral,
            "rings", PlanarSets::rings,
            "checkerboard", PlanarSets::checkerboard));

    private PlanarSets() {}

    /** How one point comes about. */
    @FunctionalInterface
    interface Draw {

        /** A point (x, y). */
        double[] from(SplitMix random);
    }

    /** What there is, in the order of the alphabet. */
    public static List<String> names() {
        return List.copyOf(DRAWS.keySet());
    }

    /**
     * So many points of a set.
     *
     * @throws BadDataException if there is no set of that name, or {@code count} is below 1
     */
    public static Points of(String name, int count, long seed) {
        Draw draw = DRAWS.get(name);
        if (draw == null) {
            throw new BadDataException(
                    "there is no two-dimensional set '" + name + "'; " + Spelling.suggestion(name, DRAWS.keySet()));
        }
        return draw(name, count, seed, draw);
    }

    /**
     * Points drawn from a picture: each pixel as probable as it is bright, and within a pixel all places equally. The
     * longer side is 8 long, the picture's middle is at the origin, and y points up.
     *
     * @param file a picture
     * @throws BadDataException if it cannot be read, or is black all over
     */
    public static Points fromPicture(Path file, int count, long seed) {
        Brightness brightness = new Brightness(file.toString(), PictureReader.picture(file, ReadOptions.AS_IS));
        return draw(String.valueOf(file.getFileName()), count, seed, brightness);
    }

    private static Points draw(String name, int count, long seed, Draw draw) {
        if (count < 1) {
            throw new BadDataException(name + ": the number of points must be at least 1; got " + count);
        }
        return Points.of(
                name,
                IntStream.range(0, count)
                        .mapToObj(i -> draw.from(new SplitMix(seed, i)))
                        .toArray(double[][]::new));
    }

    /** The distribution that {@code mixture} is drawn from. */
    public static GaussianMixture mixture() {
        return GaussianMixture.of(
                new double[] {0.35, 0.25, 0.2, 0.15, 0.05},
                List.of(
                        gaussian(-2, 0.8, 0.3, 0.12, 0.15),
                        gaussian(1.6, 1.8, 0.15, -0.08, 0.25),
                        gaussian(2, -1.6, 0.4, 0.2, 0.2),
                        gaussian(-1.2, -2.2, 0.1, 0, 0.1),
                        gaussian(0.2, 0.2, 0.04, 0, 0.04)));
    }

    private static Gaussian gaussian(double x, double y, double xx, double xy, double yy) {
        return Gaussian.of(new double[] {x, y}, new double[][] {{xx, xy}, {xy, yy}});
    }

    private static double[] moons(SplitMix random) {
        boolean upper = random.uniform() < 0.5;
        double angle = Math.PI * random.uniform();
        double x = 2 * StrictMath.cos(angle) - 1;
        double y = 2 * StrictMath.sin(angle) - 0.5;
        return upper ? noisy(x, y, 0.15, random) : noisy(-x, -y, 0.15, random);
    }

    private static double[] spiral(SplitMix random) {
        double along = StrictMath.sqrt(random.uniform());
        return onCircle(3.5 * along, 3 * Math.PI * along, 0.1, random);
    }

    private static double[] rings(SplitMix random) {
        int sixth = random.below(6);
        int radius = sixth < 1 ? 1 : sixth < 3 ? 2 : 3;
        return onCircle(radius, 2 * Math.PI * random.uniform(), 0.08, random);
    }

    private static double[] checkerboard(SplitMix random) {
        int column = random.below(4);
        int row = 2 * random.below(2) + column % 2;
        return new double[] {2 * (column + random.uniform()) - 4, 2 * (row + random.uniform()) - 4};
    }

    private static double[] onCircle(double radius, double angle, double noise, SplitMix random) {
        return noisy(radius * StrictMath.cos(angle), radius * StrictMath.sin(angle), noise, random);
    }

    private static double[] noisy(double x, double y, double noise, SplitMix random) {
        return new double[] {x + noise * random.normal(), y + noise * random.normal()};
    }
}
