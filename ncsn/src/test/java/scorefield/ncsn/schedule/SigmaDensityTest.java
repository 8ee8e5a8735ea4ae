package scorefield.ncsn.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
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
}
