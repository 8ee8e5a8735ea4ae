package scorefield.ncsn.random;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014) with uniform and normal numbers. A data
 * set must be the same on every Java version, but the JDK specifies neither its normal numbers nor the last bit of {@link Math#sin}. So
 * this class implements the generator itself and uses {@link StrictMath}.
 */
public final class SplitMix {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    /** Creates an independent stream for each pair of numbers. */
    public SplitMix(long seed, long index) {
        state = finalise(finalise(seed + GOLDEN) + index * GOLDEN);
    }

    /** A bijective hash of a number: the generator's output after the state {@code number}. */
    public static long mix(long number) {
        return finalise(number + GOLDEN);
    }

    private static long finalise(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private long next() {
        state += GOLDEN;
        return finalise(state);
    }

    /** A uniform number in [0, 1). */
    public double uniform() {
        return (next() >>> 11) * 0x1p-53;
    }

    /** A uniform number in [from, to). */
    public double uniform(double from, double to) {
        return from + (to - from) * uniform();
    }

    /** A uniform integer from 0 to bound − 1. */
    public int below(int bound) {
        return (int) (uniform() * bound);
    }

    /** The numbers 0 to n − 1 in a random order. */
    public int[] permutation(int n) {
        return permutation(n, this::below);
    }

    /**
     * The numbers 0 to n − 1 in an order that any generator decides, by Fisher and Yates's shuffle (Durstenfeld 1964).
     *
     * @param below a random whole number from 0 to its argument − 1
     */
    public static int[] permutation(int n, IntUnaryOperator below) {
        int[] order = new int[n];
        Arrays.setAll(order, i -> i);
        for (int i = n - 1; i > 0; i--) {
            int j = below.applyAsInt(i + 1);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        return order;
    }

    /** A random subset of {@code count} of the numbers 0 to n − 1, in increasing order: the first numbers of a shuffle, sorted. */
    public int[] subset(int count, int n) {
        int[] numbers = new int[n];
        Arrays.setAll(numbers, i -> i);
        for (int i = 0; i < count; i++) {
            int j = i + below(n - i);
            int other = numbers[j];
            numbers[j] = numbers[i];
            numbers[i] = other;
        }
        return Arrays.stream(numbers, 0, count).sorted().toArray();
    }

    /** A normal number with mean 0 and standard deviation 1 (Box and Muller). */
    public double normal() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
        return radius * StrictMath.cos(2 * Math.PI * uniform());
    }

    /** As {@link #normal()}, but clipped to ±limit, so that there are no rare extreme values. */
    public double normal(double limit) {
        return Math.max(-limit, Math.min(limit, normal()));
    }
}
