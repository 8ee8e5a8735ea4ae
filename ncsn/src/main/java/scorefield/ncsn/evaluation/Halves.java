package scorefield.ncsn.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * A random division of N real samples.
 *
 * @param real the numbers of those that are measured in the samples' place
 * @param reference the numbers of the rest
 */
record Halves(int[] real, int[] reference) {

    // Streams of random numbers: other ones than those of the metrics, which have the same seed.
    private static final long DIVISION = -2;
    private static final long CUT = -3;

    /** Sets {@code count} of {@code n} samples aside to be measured in the samples' place, or half of them where there are not twice as many. */
    static Halves of(int n, int count, long seed) {
        if (n < 4) {
            throw new IllegalArgumentException("a reference of " + n
                    + " samples cannot be divided into two parts that are compared; at least 4 are needed");
        }
        int[] order = new SplitMix(seed, DIVISION).permutation(n);
        int here = Math.min(count, n / 2);
        return new Halves(Arrays.copyOf(order, here), Arrays.copyOfRange(order, here, n));
    }

    /**
     * All numbers of {@code n} samples, or {@code most} of them at random, rising. Not the first: samples may come sorted, class by class as a
     * folder's pictures do.
     */
    static int[] some(int n, int most, long seed) {
        return n <= most
                ? IntStream.range(0, n).toArray()
                : Arrays.stream(new SplitMix(seed, CUT).permutation(n))
                        .limit(most)
                        .sorted()
                        .toArray();
    }
}
