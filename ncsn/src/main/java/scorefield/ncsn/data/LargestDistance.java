package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The largest Euclidean distance between two images (with pixels in [0, 1]) or points of a data set: NCSNv2's choice of
 * the largest noise level (Y. Song, S. Ermon, "Improved Techniques for Training Score-Based Generative Models", 2020, technique 1).
 *
 * <p>All N²/2 pairs of MNIST would take minutes, but few of them matter. First a good pair is sought: from each of some
 * images that lie far from the mean, go to the image farthest from it, again and again until the distance no longer
 * grows. That pair's distance ℓ is a lower bound, and usually the answer. Then, with r the distance from the mean, the
 * triangle inequality says that only pairs with r(x) + r(y) > ℓ can lie farther apart; those are compared one by one,
 * unless they are too many for a few seconds. A squared distance is summed by one thread, and the greatest of some numbers
 * is the same in any order, so threads cannot change the result; of bytes it is a whole number, and not even rounded.
 *
 * @param value the distance; of images, bytes taken as b/255, between 0 and √D
 * @param exact whether no pair lies farther apart; otherwise {@code value} is a lower bound
 */
public record LargestDistance(double value, boolean exact) {

    /** Climbs from this many images. */
    private static final int STARTS = 24;
    /** So many images are always compared exactly. */
    private static final int FEW_SAMPLES = 2000;
    /** Differences of numbers that may be computed for the exact answer: a few seconds on two cores. */
    private static final double BUDGET = 1e10;
    /** Images whose numbers are unpacked together: they stay in the cache while others are compared with them. */
    private static final int BLOCK = 32;
    /** 255² · 32768 is just below 2³¹. */
    private static final int WITHOUT_OVERFLOW = 32768;

    /** The largest distance between two of these samples; 0 if there is only one. */
    public static LargestDistance among(DataSet data) {
        return among(data, data.count() <= FEW_SAMPLES ? Double.POSITIVE_INFINITY : BUDGET);
    }

    /** As {@link #among(DataSet)}, with at most {@code budget} differences of numbers computed for the exact answer. */
    static LargestDistance among(DataSet data, double budget) {
        return data instanceof Points points
                ? among(new OfPoints(points), budget)
                : among(new OfImages((Images) data), budget);
    }

    private static <V> LargestDistance among(Vectors<V> vectors, double budget) {
        double[] radii = distancesFromMean(vectors);
        int[] farthestFirst = IntStream.range(0, vectors.count())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -radii[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double bound = climb(vectors, farthestFirst);
        double[] sorted =
                Arrays.stream(farthestFirst).mapToDouble(i -> radii[i]).toArray();
        int[] partners = partners(sorted, Math.sqrt(bound));
        double work = (double) Arrays.stream(partners).asLongStream().sum() * vectors.dimension();
        if (work > budget) {
            return new LargestDistance(Math.sqrt(bound) / vectors.unit(), false);
        }
        double largest = Math.max(bound, largestAmong(vectors, farthestFirst, partners));
        return new LargestDistance(Math.sqrt(largest) / vectors.unit(), true);
    }

    private static double[] distancesFromMean(Vectors<?> vectors) {
        int d = vectors.dimension();
        double[] mean = new double[d];
        for (int i = 0; i < vectors.count(); i++) {
            for (int k = 0; k < d; k++) {
                mean[k] += vectors.number(i * d + k);
            }
        }
        Arrays.setAll(mean, k -> mean[k] / vectors.count());
        return IntStream.range(0, vectors.count())
                .parallel()
                .mapToDouble(i -> {
                    double squares = 0;
                    for (int k = 0; k < d; k++) {
                        double difference = vectors.number(i * d + k) - mean[k];
                        squares += difference * difference;
                    }
                    return Math.sqrt(squares);
                })
                .toArray();
    }

    /** The largest squared distance that climbing finds. */
    private static <V> double climb(Vectors<V> vectors, int[] starts) {
        BitSet visited = new BitSet();
        double best = 0;
        for (int s = 0; s < Math.min(STARTS, starts.length); s++) {
            int from = starts[s];
            double reached = -1;
            while (!visited.get(from)) {
                visited.set(from);
                V here = vectors.unpacked(from);
                double[] squares = IntStream.range(0, vectors.count())
                        .parallel()
                        .mapToDouble(i -> vectors.squared(here, i))
                        .toArray();
                int farthest = 0;
                for (int i = 1; i < squares.length; i++) {
                    farthest = squares[i] > squares[farthest] ? i : farthest;
                }
                best = Math.max(best, squares[farthest]);
                if (squares[farthest] <= reached) {
                    break;
                }
                reached = squares[farthest];
                from = farthest;
            }
        }
        return best;
    }

    /** For each vector, how many of those before it in the falling order of radii could lie farther off than the bound. */
    private static int[] partners(double[] radii, double bound) {
        // Radii are rounded, and a pair must not be lost to that.
        double cautious = bound * (1 - 1e-9);
        int[] partners = new int[radii.length];
        int reach = radii.length;
        for (int i = 0; i < radii.length; i++) {
            while (reach > 0 && radii[reach - 1] + radii[i] <= cautious) {
                reach--;
            }
            partners[i] = Math.min(i, reach);
        }
        return partners;
    }

    private static <V> double largestAmong(Vectors<V> vectors, int[] order, int[] partners) {
        int blocks = (order.length + BLOCK - 1) / BLOCK;
        return IntStream.range(0, blocks)
                .parallel()
                .mapToDouble(block -> {
                    int from = block * BLOCK;
                    int to = Math.min(order.length, from + BLOCK);
                    List<V> rows = IntStream.range(from, to)
                            .mapToObj(i -> vectors.unpacked(order[i]))
                            .toList();
                    int most = Arrays.stream(partners, from, to).max().orElse(0);
                    double largest = 0;
                    for (int j = 0; j < most; j++) {
                        V other = vectors.unpacked(order[j]);
                        for (int i = from; i < to; i++) {
                            if (j < partners[i]) {
                                largest = Math.max(largest, vectors.squared(rows.get(i - from), other));
                            }
                        }
                    }
                    return largest;
                })
                .max()
                .orElse(0);
    }

    /**
     * A data set as the search sees it.
     *
     * @param <V> one vector, made ready to be compared with many
     */
    private interface Vectors<V> {

        int count();

        int dimension();

        /** What the numbers are to be divided by. */
        double unit();

        /** One number of the whole data set, N×D. */
        double number(int at);

        V unpacked(int n);

        /** The squared distance of {@code a} from vector n. */
        double squared(V a, int n);

        double squared(V a, V b);
    }

    /** Bytes. Their squared distances are whole numbers below 255²·2³¹ &lt; 2⁴⁸, so a double holds them exactly. */
    private record OfImages(Images images, byte[] bytes) implements Vectors<int[]> {

        OfImages(Images images) {
            this(images, images.raw());
        }

        @Override
        public int count() {
            return images.count();
        }

        @Override
        public int dimension() {
            return images.dimension();
        }

        @Override
        public double unit() {
            return 255;
        }

        @Override
        public double number(int at) {
            return bytes[at] & 0xff;
        }

        @Override
        public int[] unpacked(int n) {
            int[] pixels = new int[dimension()];
            for (int k = 0; k < pixels.length; k++) {
                pixels[k] = bytes[n * pixels.length + k] & 0xff;
            }
            return pixels;
        }

        @Override
        public double squared(int[] a, int n) {
            int at = n * a.length;
            long total = 0;
            for (int from = 0; from < a.length; from += WITHOUT_OVERFLOW) {
                int to = Math.min(a.length, from + WITHOUT_OVERFLOW);
                int part = 0;
                for (int k = from; k < to; k++) {
                    int difference = a[k] - (bytes[at + k] & 0xff);
                    part += difference * difference;
                }
                total += part;
            }
            return total;
        }

        @Override
        public double squared(int[] a, int[] b) {
            long total = 0;
            for (int from = 0; from < a.length; from += WITHOUT_OVERFLOW) {
                int to = Math.min(a.length, from + WITHOUT_OVERFLOW);
                int part = 0;
                for (int k = from; k < to; k++) {
                    int difference = a[k] - b[k];
                    part += difference * difference;
                }
                total += part;
            }
            return total;
        }
    }

    private record OfPoints(Points points, float[] coordinates) implements Vectors<double[]> {

        OfPoints(Points points) {
            this(points, points.raw());
        }

        @Override
        public int count() {
            return points.count();
        }

        @Override
        public int dimension() {
            return points.dimension();
        }

        @Override
        public double unit() {
            return 1;
        }

        @Override
        public double number(int at) {
            return coordinates[at];
        }

        @Override
        public double[] unpacked(int n) {
            return points.point(n);
        }

        @Override
        public double squared(double[] a, int n) {
            double total = 0;
            for (int k = 0; k < a.length; k++) {
                double difference = a[k] - coordinates[n * a.length + k];
                total += difference * difference;
            }
            return total;
        }

        @Override
        public double squared(double[] a, double[] b) {
            double total = 0;
            for (int k = 0; k < a.length; k++) {
                double difference = a[k] - b[k];
                total += difference * difference;
            }
            return total;
        }
    }
}
