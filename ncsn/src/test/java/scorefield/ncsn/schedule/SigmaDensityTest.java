package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;

class SigmaDensityTest {

    private static final int N = 20_000;
    private static final double DATA = 0.3;
    private static final NoiseLevels LEVELS = NoiseLevels.geometric(20, 0.01, 25);

    private static double[] drawn(SigmaDensity density) {
        return density.draw(new Random(7), N);
    }

    /** The largest distance between the empirical and the true distribution function exceeds 1.95/√n with probability 0.001 (Kolmogorov). */
    private static void isDistributedAs(double[] drawn, DoubleUnaryOperator distributionFunction) {
        double[] sorted = Arrays.stream(drawn).sorted().toArray();
        double largest = IntStream.range(0, N)
                .mapToDouble(i -> Math.abs(distributionFunction.applyAsDouble(sorted[i]) - (i + 0.5) / N))
                .max()
                .orElseThrow();
        assertThat(largest).isLessThan(1.95 / Math.sqrt(N));
    }

    @Test
    void everyLevelOfTheScheduleIsAsProbableAsAnyOther() {
        int[] counts = new int[25];
        for (double sigma : drawn(SigmaDensity.uniformOver(LEVELS))) {
            counts[LEVELS.toList().indexOf(sigma)]++;
        }
        // 800 each, with a standard deviation of 28.
        assertThat(Arrays.stream(counts)).allMatch(count -> Math.abs(count - 800) < 120);
    }

    @Test
    void theLogarithmIsUniform() {
        isDistributedAs(drawn(SigmaDensity.logUniform(LEVELS)), sigma -> Math.log(sigma / 0.01) / Math.log(20 / 0.01));
    }

    @Test
    void theLogarithmIsNormal() {
        isDistributedAs(
                drawn(SigmaDensity.logNormal(LEVELS, DATA, -0.51, 1.2)),
                sigma -> NormalDistribution.cdf((Math.log(sigma / DATA) + 0.51) / 1.2));
    }

    /** EDM's own numbers: ln σ ~ N(−1.2, 1.2²) for σ_d = 0.5. */
    @Test
    void theDefaultsAreEdms() {
        Configuration standard = Configuration.of(
                Settings.of("training.sigmas", "log-normal")
                        .over(Settings.of("model.data-deviation", 0.5))
                        .over(Settings.of("noise.sigma-max", 20))
                        .over(Settings.of("noise.levels", 25)),
                "points");
        double[] drawn = standard.sigmaDensity().draw(new Random(7), N);
        double mean = Arrays.stream(drawn).map(Math::log).average().orElseThrow();
        assertThat(mean).isCloseTo(-1.2, within(4.5 * 1.2 / Math.sqrt(N)));
    }

    /** The cosine schedule: √ᾱ = cos φ and √(1−ᾱ) = sin φ with φ uniform, cut at the schedule's ends. */
    @Test
    void theAngleIsUniform() {
        double from = Math.atan(0.01 / DATA);
        double to = Math.atan(20 / DATA);
        double[] drawn = drawn(SigmaDensity.cosine(LEVELS, DATA));
        isDistributedAs(drawn, sigma -> (Math.atan(sigma / DATA) - from) / (to - from));
        assertThat(Arrays.stream(drawn)).allMatch(sigma -> sigma >= 0.01 * (1 - 1e-12) && sigma <= 20 * (1 + 1e-12));
    }

    /**
     * The algorithms that java.util.Random's Javadoc states, written out: what is drawn must not depend on the version of Java. For a bound that is a power of two
     * nextInt(bound) takes the high bits, where ints(…) of Java 17 takes the low ones.
     */
    private static final class Stated {
        private long seed;
        private double next = Double.NaN;

        Stated(long seed) {
            this.seed = (seed ^ 0x5DEECE66DL) & (1L << 48) - 1;
        }

        private int bits(int count) {
            seed = seed * 0x5DEECE66DL + 0xBL & (1L << 48) - 1;
            return (int) (seed >> 48 - count);
        }

        int whole(int bound) {
            if (Integer.bitCount(bound) == 1) {
                return (int) ((long) bound * bits(31) >> 31);
            }
            int drawn = bits(31);
            while (drawn - drawn % bound + (bound - 1) < 0) {
                drawn = bits(31);
            }
            return drawn % bound;
        }

        double uniform() {
            return (((long) bits(26) << 27) + bits(27)) * 0x1.0p-53;
        }

        double normal() {
            if (!Double.isNaN(next)) {
                double second = next;
                next = Double.NaN;
                return second;
            }
            double a;
            double b;
            double square;
            do {
                a = 2 * uniform() - 1;
                b = 2 * uniform() - 1;
                square = a * a + b * b;
            } while (square >= 1 || square == 0);
            double factor = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
            next = b * factor;
            return a * factor;
        }
    }

    private static void draws(SigmaDensity density, ToDoubleFunction<Stated> stated) {
        for (long seed : new long[] {0, 1, -77, Long.MAX_VALUE}) {
            Stated random = new Stated(seed);
            double[] expected = new double[99];
            Arrays.setAll(expected, i -> stated.applyAsDouble(random));
            assertThat(density.draw(new Random(seed), 99)).isEqualTo(expected);
        }
    }

    @Test
    void drawsWhatJavasSpecificationFixes() {
        for (int count : new int[] {2, 3, 10, 64, 100, 1 << 16, 99_999}) {
            NoiseLevels levels = NoiseLevels.geometric(20, 0.01, count);
            draws(SigmaDensity.uniformOver(levels), random -> levels.sigma(random.whole(count)));
        }
        draws(
                SigmaDensity.logUniform(LEVELS),
                random -> LEVELS.largest() * Math.pow(LEVELS.smallest() / LEVELS.largest(), random.uniform()));
        draws(
                SigmaDensity.logNormal(LEVELS, DATA, -0.51, 1.2),
                random -> DATA * StrictMath.exp(-0.51 + 1.2 * random.normal()));
        double from = StrictMath.atan(LEVELS.smallest() / DATA);
        double to = StrictMath.atan(LEVELS.largest() / DATA);
        draws(
                SigmaDensity.cosine(LEVELS, DATA),
                random -> DATA * StrictMath.tan(from + (to - from) * random.uniform()));
    }
}
