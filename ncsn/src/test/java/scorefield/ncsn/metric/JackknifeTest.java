package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class JackknifeTest {

    private static Measurement mean(double[] numbers, Jackknife jackknife) {
        return jackknife.measure(
                numbers.length,
                9,
                kept -> Arrays.stream(kept).mapToDouble(i -> numbers[i]).sum() / kept.length);
    }

    /** Without one number xᵢ a mean is x̄ + (x̄ − xᵢ)/(n − 1): the jackknife's variance is Σ(xᵢ − x̄)²/n(n − 1), the usual one. */
    @Test
    void ofAMeanWithoutOneAtATimeItIsTheStandardError() {
        double[] numbers = new Random(1).doubles(50).toArray();
        Measurement measured = mean(numbers, new Jackknife(50, 7));
        Measurement expected = Measurement.mean(numbers, 9);
        assertThat(measured.value()).isCloseTo(expected.value(), within(1e-15));
        assertThat(measured.low()).isCloseTo(expected.low(), within(1e-14));
        assertThat(measured.high()).isCloseTo(expected.high(), within(1e-14));
        assertThat(measured.n()).isEqualTo(50);
        assertThat(measured.m()).isEqualTo(9);
        assertThat(mean(numbers, new Jackknife(80, 7))).isEqualTo(measured);
    }

    @Test
    void theSeedDecidesTheGroups() {
        double[] numbers = new Random(1).doubles(50).toArray();
        Measurement measured = mean(numbers, new Jackknife(10, 7));
        assertThat(mean(numbers, new Jackknife(10, 7))).isEqualTo(measured);
        assertThat(mean(numbers, new Jackknife(10, 8))).isNotEqualTo(measured);
    }

    @Test
    void eachSampleIsLeftOutOnce() {
        int[] left = new int[13];
        new Jackknife(5, 1).measure(13, 1, kept -> {
            synchronized (left) {
                IntStream.range(0, 13)
                        .filter(i -> Arrays.binarySearch(kept, i) < 0)
                        .forEach(i -> left[i]++);
            }
            return kept.length;
        });
        assertThat(left).containsOnly(1);
    }

    private static double[][] normal(long seed, int n, int d, double shift) {
        Random random = new Random(seed);
        return IntStream.range(0, n)
                .mapToObj(i -> random.doubles(d)
                        .map(u -> shift / Math.sqrt(d) + random.nextGaussian())
                        .toArray())
                .toArray(double[][]::new);
    }

    private static final int DRAWS = 400;
    /** A deviation of 400 draws is known to 1/√800; four times that, and as much again for the 40 reported ones, which are steadier. */
    private static final double KNOWN = 8 / Math.sqrt(2.0 * DRAWS);

    /** The deviation that intervals report (root mean square over 40 draws) over that of the values of 400 draws. */
    private static <S> double widthOverTrue(LongFunction<S> draw, Function<S, Measurement> measure) {
        double squares = LongStream.range(0, 40)
                .mapToObj(draw)
                .map(measure)
                .mapToDouble(measured -> Math.pow((measured.high() - measured.value()) / 1.96, 2))
                .sum();
        Estimate values = Estimate.of(LongStream.range(0, DRAWS)
                .mapToObj(draw)
                .map(measure)
                .mapToDouble(Measurement::value)
                .toArray());
        return Math.sqrt(squares / 40 / DRAWS) / values.standardError();
    }

    /** Where d² is quadratic the interval is √2 too wide, elsewhere it is right; the bootstrap's would be √3 too wide. */
    @Test
    void theWidthOfAFrechetDistance() {
        FrechetDistance distance = new FrechetDistance(normal(-1, 5000, 8, 0));
        double perfect = widthOverTrue(
                seed -> normal(seed, 200, 8, 0), samples -> distance.measure(samples, new Jackknife(50, 1)));
        assertThat(perfect).isCloseTo(Math.sqrt(2), within(KNOWN * Math.sqrt(2)));
        double shifted = widthOverTrue(
                seed -> normal(seed, 200, 8, 2), samples -> distance.measure(samples, new Jackknife(50, 1)));
        assertThat(shifted).isCloseTo(1, within(KNOWN));
    }

    @Test
    void theWidthOfAKernelDiscrepancy() {
        KernelDiscrepancy discrepancy = new KernelDiscrepancy(normal(-1, 300, 2, 0));
        assertThat(widthOverTrue(
                        seed -> normal(seed, 100, 2, 1), samples -> discrepancy.measure(samples, new Jackknife(50, 1))))
                .isCloseTo(1, within(KNOWN));
    }

    @Test
    void theWidthOfASlicedDistance() {
        double[][] reference = normal(-1, 500, 2, 0);
        assertThat(widthOverTrue(
                        seed -> normal(seed, 100, 2, 1),
                        samples -> SlicedWasserstein.measure(samples, reference, 16, 1, new Jackknife(50, 1))))
                .isCloseTo(1, within(KNOWN));
    }

    /** Ten classes, one of which is never drawn: quadratic in the other nine. */
    @Test
    void theWidthOfADivergenceOfClasses() {
        int[] reference = IntStream.range(0, 5000).map(i -> i % 10).toArray();
        assertThat(widthOverTrue(
                        seed -> new Random(seed).ints(200, 0, 9).toArray(),
                        classes -> ClassShares.of(classes, reference, 10, new Jackknife(50, 1))
                                .divergence()))
                .isBetween(1 - KNOWN, Math.sqrt(2) * (1 + KNOWN));
    }

    @Test
    void oneGroupHasNoSpread() {
        assertThatThrownBy(() -> new Jackknife(1, 0)).hasMessageContaining("at least 2 groups; got 1");
        assertThatThrownBy(() -> new Jackknife(2, 0).measure(1, 5, kept -> 0)).hasMessageContaining("got 1");
    }
}
