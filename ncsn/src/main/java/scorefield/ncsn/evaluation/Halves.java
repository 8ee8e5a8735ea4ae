package scorefield.ncsn.evaluation;

import java.util.Arrays;
import java.util.stream.IntStream;
import scorefield.ncsn.random.SplitMix;

/**
 * A random division of N real samples.
 *
 * @param real the numbers of those in the samples' place
 * @param reference the numbers of the rest
 */
record Halves(int[] real, int[] reference) {

    /** Puts {@code count} of {@code n} into the samples' place, or half of them where there are not twice as many. */
    static Halves of(int n, int count, long seed) {
        if (n < 4) {
            throw new IllegalArgumentException(
                    "a reference of " + n + " samples cannot be divided to be held against itself; 4 are the least");
        }
        int[] order = IntStream.range(0, n).toArray();
        SplitMix random = new SplitMix(seed, n);
        for (int i = n - 1; i > 0; i--) {
            int j = random.below(i + 1);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        int here = Math.min(count, n / 2);
        return new Halves(Arrays.copyOf(order, here), Arrays.copyOfRange(order, here, n));
    }
}
