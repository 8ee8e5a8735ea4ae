package scorefield.ncsn.evaluation;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import scorefield.ncsn.data.Images;
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
     * Sets as many of some real images aside as there are samples; of each class as many as the samples have, where both know their classes.
     * Otherwise samples of equally many images of each class would seem better than real ones, whose shares of classes differ by chance.
     *
     * @return the same as {@link #of} where the real images have too few of a class
     */
    static Halves like(Images samples, Images all, long seed) {
        Halves any = of(all.count(), samples.count(), seed);
        if (!samples.hasLabels() || !samples.classes().equals(all.classes()) || any.real.length < samples.count()) {
            return any;
        }
        int[] wanted = new int[all.classes().size()];
        for (int label : samples.labels()) {
            wanted[label]++;
        }
        int[] order = IntStream.concat(Arrays.stream(any.real), Arrays.stream(any.reference))
                .toArray();
        boolean[] aside = new boolean[all.count()];
        for (int number : order) {
            aside[number] = wanted[all.label(number)]-- > 0;
        }
        IntPredicate isReal = number -> aside[number];
        boolean enough = Arrays.stream(wanted).allMatch(left -> left <= 0);
        return enough
                ? new Halves(
                        Arrays.stream(order).filter(isReal).toArray(),
                        Arrays.stream(order).filter(isReal.negate()).toArray())
                : any;
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
