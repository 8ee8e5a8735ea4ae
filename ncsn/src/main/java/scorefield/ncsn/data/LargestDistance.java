package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The largest Euclidean distance between two images of a data set, with pixels in [0, 1]: NCSNv2's choice of the largest
 * noise level (Y. Song, S. Ermon, "Improved Techniques for Training Score-Based Generative Models", 2020, technique 1).
 *
 * <p>All N²/2 pairs of MNIST would take minutes, but few of them matter. First a good pair is sought: from each of some
 * images that lie far from the mean, go to the image farthest from it, again and again until the distance no longer
 * grows. That pair's distance ℓ is a lower bound, and usually the answer. Then, with r the distance from the mean, the
 * triangle inequality says that only pairs with r(x) + r(y) > ℓ can lie farther apart; those are compared one by one,
 * unless they are too many for a few seconds. Squared distances of bytes are whole numbers, so nothing is rounded and no
 * order of threads can change the result.
 *
 * @param value the distance, between 0 and √D
 * @param exact whether no pair lies farther apart; otherwise {@code value} is a lower bound
 */
public record LargestDistance(double value, boolean exact) {

    /** Climbs from this many images. */
    private static final int STARTS = 24;
    /** So many images are always compared exactly. */
    private static final int FEW_IMAGES = 2000;
    /** Differences of pixels that may be computed for the exact answer: a few seconds on two cores. */
    private static final double BUDGET = 1e10;
    /** Images whose pixels are unpacked together: they stay in the cache while others are compared with them. */
    private static final int BLOCK = 32;
    /** 255² · 32768 is just below 2³¹. */
    private static final int WITHOUT_OVERFLOW = 32768;

    /** The largest distance between two of these images; 0 if there is only one. */
    public static LargestDistance among(Images images) {
        return among(images, images.count() <= FEW_IMAGES ? Double.POSITIVE_INFINITY : BUDGET);
    }

    /** As {@link #among(Images)}, with at most {@code budget} differences of pixels computed for the exact answer. */
    static LargestDistance among(Images images, double budget) {
        double[] radii = distancesFromMean(images);
        int[] farthestFirst = IntStream.range(0, images.count())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -radii[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long bound = climb(images, farthestFirst);
        double[] sorted =
                Arrays.stream(farthestFirst).mapToDouble(i -> radii[i]).toArray();
        int[] partners = partners(sorted, root(bound));
        double work = (double) Arrays.stream(partners).asLongStream().sum() * images.dimension();
        if (work > budget) {
            return new LargestDistance(root(bound) / 255, false);
        }
        long largest = Math.max(bound, largestAmong(images, farthestFirst, partners));
        return new LargestDistance(root(largest) / 255, true);
    }

    /** Squares are below 255²·2³¹ < 2⁴⁸, so a double holds them exactly. */
    private static double root(long square) {
        return Math.sqrt((double) square);
    }

    private static double[] distancesFromMean(Images images) {
        int d = images.dimension();
        byte[] bytes = images.raw();
        long[] sum = new long[d];
        for (int at = 0; at < bytes.length; at += d) {
            for (int k = 0; k < d; k++) {
                sum[k] += bytes[at + k] & 0xff;
            }
        }
        double[] mean =
                Arrays.stream(sum).mapToDouble(s -> (double) s / images.count()).toArray();
        return IntStream.range(0, images.count())
                .parallel()
                .mapToDouble(i -> {
                    double squares = 0;
                    for (int k = 0; k < d; k++) {
                        double difference = (bytes[i * d + k] & 0xff) - mean[k];
                        squares += difference * difference;
                    }
                    return Math.sqrt(squares);
                })
                .toArray();
    }

    /** The largest squared distance that climbing finds. */
    private static long climb(Images images, int[] starts) {
        BitSet visited = new BitSet();
        long best = 0;
        for (int s = 0; s < Math.min(STARTS, starts.length); s++) {
            int from = starts[s];
            long reached = -1;
            while (!visited.get(from)) {
                visited.set(from);
                int[] pixels = unpack(images, from, new int[images.dimension()]);
                long[] squares = IntStream.range(0, images.count())
                        .parallel()
                        .mapToLong(i -> squared(pixels, images.raw(), i * pixels.length))
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

    /** For each image, how many of those before it in the falling order of radii could lie farther off than the bound. */
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

    private static long largestAmong(Images images, int[] order, int[] partners) {
        int d = images.dimension();
        int blocks = (order.length + BLOCK - 1) / BLOCK;
        return IntStream.range(0, blocks)
                .parallel()
                .mapToLong(block -> {
                    int from = block * BLOCK;
                    int to = Math.min(order.length, from + BLOCK);
                    int[][] rows = IntStream.range(from, to)
                            .mapToObj(i -> unpack(images, order[i], new int[d]))
                            .toArray(int[][]::new);
                    int most = Arrays.stream(partners, from, to).max().orElse(0);
                    int[] other = new int[d];
                    long largest = 0;
                    for (int j = 0; j < most; j++) {
                        unpack(images, order[j], other);
                        for (int i = from; i < to; i++) {
                            if (j < partners[i]) {
                                largest = Math.max(largest, squared(rows[i - from], other));
                            }
                        }
                    }
                    return largest;
                })
                .max()
                .orElse(0);
    }

    private static int[] unpack(Images images, int n, int[] pixels) {
        byte[] bytes = images.raw();
        for (int k = 0; k < pixels.length; k++) {
            pixels[k] = bytes[n * pixels.length + k] & 0xff;
        }
        return pixels;
    }

    private static long squared(int[] a, byte[] bytes, int at) {
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

    private static long squared(int[] a, int[] b) {
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
