package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The largest Euclidean distance between two images (with pixels in [0, 1]) or points of a data set: NCSNv2's choice of
 * the largest noise level (Y. Song, S. Ermon, "Improved Techniques for Training Score-Based Generative Models", 2020, technique 1).
 *
 * <p>All N²/2 pairs of MNIST would take minutes, but few of them matter. First a good pair is sought: from each of some
 * images that lie far from the mean, go to the image farthest from it, again and again until the distance no longer
 * grows. That pair's distance ℓ is a lower bound, and usually the answer. Then, with r the distance from the mean, the
 * triangle inequality says that only pairs with r(x) + r(y) > ℓ can lie farther apart; those are compared one by one,
 * unless they are too many for a few seconds.
 *
 * <p>And few comparisons have to be finished. The numbers of a vector are compared {@value #PART} at a time, those parts first in which the
 * data varies most; what the rest R can add to the square is, by the triangle inequality again, at most (r_R(x) + r_R(y))².
 * Where even that does not reach ℓ², the pair is done: of digits, after an eighth of their pixels.
 *
 * <p>A squared distance is summed by one thread, and the greatest of some numbers
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
    /** Differences of numbers that would be computed for the exact answer, if every comparison were finished. */
    private static final double BUDGET = 1e10;
    /** Numbers that are compared before the rest is estimated; 255² times so many is below 2³¹. */
    private static final int PART = 32;
    /** Images that one thread searches for the farthest at a time. */
    private static final int BLOCK = 1024;
    /** Images that are compared with the same other one after the other: they stay in the cache. */
    private static final int TOGETHER = 32;

    /** The largest distance between two of these samples; 0 if there is only one. */
    public static LargestDistance among(DataSet data) {
        return among(data, data.count() <= FEW_SAMPLES ? Double.POSITIVE_INFINITY : BUDGET);
    }

    /** As {@link #among(DataSet)}, with at most {@code budget} differences of numbers computed for the exact answer. */
    static LargestDistance among(DataSet data, double budget) {
        Vectors vectors = data instanceof Points points ? new OfPoints(points) : new OfImages((Images) data);
        return new Search(vectors).largest(budget);
    }

    /** The vectors with what is known of them before they are compared. */
    private static final class Search {

        private final Vectors vectors;
        /** Where each part of a vector begins, in the order in which they are compared. */
        private final int[] parts;
        /** For each vector and each place in that order: how far it lies from the mean in this part and those after it. */
        private final double[][] rests;

        Search(Vectors vectors) {
            this.vectors = vectors;
            int d = vectors.dimension();
            double[] mean = new double[d];
            double[] squares = new double[d];
            for (int n = 0; n < vectors.count(); n++) {
                for (int k = 0; k < d; k++) {
                    double number = vectors.number(n, k);
                    mean[k] += number;
                    squares[k] += number * number;
                }
            }
            Arrays.setAll(mean, k -> mean[k] / vectors.count());
            this.parts = IntStream.range(0, (d + PART - 1) / PART)
                    .map(part -> part * PART)
                    .boxed()
                    .sorted(Comparator.comparingDouble(from -> -IntStream.range(from, end(from))
                            .mapToDouble(k -> squares[k] / vectors.count() - mean[k] * mean[k])
                            .sum()))
                    .mapToInt(Integer::intValue)
                    .toArray();
            this.rests = IntStream.range(0, vectors.count())
                    .parallel()
                    .mapToObj(n -> rests(n, mean))
                    .toArray(double[][]::new);
        }

        private int end(int from) {
            return Math.min(from + PART, vectors.dimension());
        }

        private double[] rests(int n, double[] mean) {
            double[] rests = new double[parts.length];
            double squares = 0;
            for (int p = parts.length - 1; p >= 0; p--) {
                for (int k = parts[p]; k < end(parts[p]); k++) {
                    double difference = vectors.number(n, k) - mean[k];
                    squares += difference * difference;
                }
                rests[p] = Math.sqrt(squares);
            }
            return rests;
        }

        private double radius(int n) {
            return rests[n][0];
        }

        LargestDistance largest(double budget) {
            int[] farthestFirst = IntStream.range(0, vectors.count())
                    .boxed()
                    .sorted(Comparator.comparingDouble(n -> -radius(n)))
                    .mapToInt(Integer::intValue)
                    .toArray();
            double bound = climb(farthestFirst);
            int[] partners = partners(farthestFirst, Math.sqrt(bound));
            double work = (double) Arrays.stream(partners).asLongStream().sum() * vectors.dimension();
            if (work > budget) {
                return new LargestDistance(Math.sqrt(bound) / vectors.unit(), false);
            }
            double largest = largestAmong(farthestFirst, partners, bound);
            return new LargestDistance(Math.sqrt(largest) / vectors.unit(), true);
        }

        /** The largest squared distance that climbing finds. */
        private double climb(int[] starts) {
            BitSet visited = new BitSet();
            double best = 0;
            for (int s = 0; s < Math.min(STARTS, starts.length); s++) {
                int from = starts[s];
                double reached = -1;
                while (!visited.get(from)) {
                    visited.set(from);
                    Far farthest = farthest(from, reached);
                    best = Math.max(best, farthest.square);
                    if (farthest.square <= reached) {
                        break;
                    }
                    reached = farthest.square;
                    from = farthest.vector;
                }
            }
            return best;
        }

        /** The vector farthest from another, the first of those equally far; any where none is farther than {@code reached}. */
        private Far farthest(int from, double reached) {
            int blocks = (vectors.count() + BLOCK - 1) / BLOCK;
            return IntStream.range(0, blocks)
                    .parallel()
                    .mapToObj(block -> {
                        Far far = new Far(reached, block * BLOCK);
                        for (int n = block * BLOCK; n < Math.min(vectors.count(), (block + 1) * BLOCK); n++) {
                            double square = squared(from, n, far.square);
                            far = square > far.square ? new Far(square, n) : far;
                        }
                        return far;
                    })
                    .reduce((first, second) -> second.square > first.square ? second : first)
                    .orElseThrow();
        }

        /** For each vector, how many of those before it in the falling order of radii could lie farther off than the bound. */
        private int[] partners(int[] farthestFirst, double bound) {
            double cautious = cautious(bound);
            int[] partners = new int[farthestFirst.length];
            int reach = farthestFirst.length;
            for (int i = 0; i < farthestFirst.length; i++) {
                while (reach > 0 && radius(farthestFirst[reach - 1]) + radius(farthestFirst[i]) <= cautious) {
                    reach--;
                }
                partners[i] = Math.min(i, reach);
            }
            return partners;
        }

        private double largestAmong(int[] order, int[] partners, double bound) {
            // Every group has some with many partners and some with few, so that all take equally long.
            int groups = (order.length + TOGETHER - 1) / TOGETHER;
            return IntStream.range(0, groups)
                    .parallel()
                    .mapToDouble(group -> {
                        int most = 0;
                        for (int i = group; i < order.length; i += groups) {
                            most = Math.max(most, partners[i]);
                        }
                        double largest = bound;
                        for (int j = 0; j < most; j++) {
                            for (int i = group; i < order.length; i += groups) {
                                if (j < partners[i]) {
                                    largest = Math.max(largest, squared(order[i], order[j], largest));
                                }
                            }
                        }
                        return largest;
                    })
                    .max()
                    .orElse(bound);
        }

        /** The squared distance, or, where that is not larger than a bound, anything that is not larger. */
        private double squared(int a, int b, double bound) {
            double cautious = cautious(bound);
            double total = 0;
            for (int p = 0; p < parts.length; p++) {
                double most = rests[a][p] + rests[b][p];
                if (total + most * most <= cautious) {
                    return total;
                }
                total = vectors.plusSquares(total, a, b, parts[p], end(parts[p]));
            }
            return total;
        }

        /** Distances from the mean are rounded, and a pair must not be lost to that. */
        private static double cautious(double bound) {
            return bound * (1 - 1e-9);
        }
    }

    /** A vector and the square of its distance. */
    private record Far(double square, int vector) {}

    /** A data set as the search sees it. */
    private interface Vectors {

        int count();

        int dimension();

        /** What the numbers are to be divided by. */
        double unit();

        /** Number k of vector n. */
        double number(int n, int k);

        /** A sum with the squared differences added of the numbers {@code from} (inclusive) to {@code to} (exclusive) of two vectors. */
        double plusSquares(double total, int a, int b, int from, int to);
    }

    /** Bytes. Their squared distances are whole numbers below 255²·2³¹ &lt; 2⁴⁸, so a double holds them exactly. */
    private record OfImages(int count, int dimension, byte[] bytes) implements Vectors {

        OfImages(Images images) {
            this(images.count(), images.dimension(), images.raw());
        }

        @Override
        public double unit() {
            return 255;
        }

        @Override
        public double number(int n, int k) {
            return bytes[n * dimension + k] & 0xff;
        }

        @Override
        public double plusSquares(double total, int a, int b, int from, int to) {
            int atA = a * dimension;
            int atB = b * dimension;
            int squares = 0;
            for (int k = from; k < to; k++) {
                int difference = (bytes[atA + k] & 0xff) - (bytes[atB + k] & 0xff);
                squares += difference * difference;
            }
            return total + squares;
        }
    }

    private record OfPoints(int count, int dimension, float[] coordinates) implements Vectors {

        OfPoints(Points points) {
            this(points.count(), points.dimension(), points.raw());
        }

        @Override
        public double unit() {
            return 1;
        }

        @Override
        public double number(int n, int k) {
            return coordinates[n * dimension + k];
        }

        @Override
        public double plusSquares(double total, int a, int b, int from, int to) {
            double squares = total;
            for (int k = from; k < to; k++) {
                double difference = (double) coordinates[a * dimension + k] - coordinates[b * dimension + k];
                squares += difference * difference;
            }
            return squares;
        }
    }
}
