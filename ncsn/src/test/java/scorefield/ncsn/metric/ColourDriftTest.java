package scorefield.ncsn.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import scorefield.ncsn.data.Images;

class ColourDriftTest {

    /** Colour images of 2×1 pixels whose channels are uniform on 0 … 199, plus what is added to the second channel. */
    private static Images images(long seed, int count, int added) {
        byte[] bytes = new byte[6 * count];
        Random random = new Random(seed);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(200) + (i % 3 == 1 ? added : 0));
        }
        return Images.of("random", 2, 1, 3, bytes);
    }

    @Test
    void byHand() {
        // Image means 0 and 0.4 against 0.4 and 0.8: 0.4 less, each with a standard error of 0.2.
        Images samples = Images.of("x", 1, 2, 1, new byte[] {0, 0, 51, (byte) 153});
        Images reference = Images.of("x", 1, 2, 1, new byte[] {51, (byte) 153, (byte) 204, (byte) 204});
        ColourDrift drift = new ColourDrift(reference);
        assertThat(drift.mean(samples, 0).value()).isCloseTo(-0.4 / Math.sqrt(0.08), within(1e-12));
        // Around 0.6: 0.36 and (0.16 + 0)/2 against (0.16 + 0)/2 and 0.04.
        double error = Math.hypot((0.36 - 0.08) / 2, (0.08 - 0.04) / 2);
        assertThat(drift.variance(samples, 0).value()).isCloseTo((0.22 - 0.06) / error, within(1e-12));
    }

    @Test
    void aShiftedChannelIsSeenAndTheOthersAreNot() {
        ColourDrift drift = new ColourDrift(images(1, 500, 0));
        Images shifted = images(2, 500, 30);
        // 30 against an error of (200/√12)/√1000·√2 = 2.6.
        assertThat(drift.mean(shifted, 1).value()).isCloseTo(30 / 2.58, within(4.0));
        for (int channel : new int[] {0, 2}) {
            assertThat(drift.mean(shifted, channel).value()).isBetween(-4.0, 4.0);
            assertThat(drift.variance(shifted, channel).value()).isBetween(-4.0, 4.0);
        }
    }

    @Test
    void withoutDriftItIsAboutStandardNormal() {
        double[] drifts = IntStream.range(0, 100)
                .mapToDouble(i -> new ColourDrift(images(2 * i, 50, 0))
                        .mean(images(2 * i + 1, 50, 0), 0)
                        .value())
                .toArray();
        Estimate mean = Estimate.of(drifts);
        assertThat(mean.deviationFrom(0)).isBetween(-4.0, 4.0);
        // A standard deviation is known to a relative 1/√200 of 100 numbers: ±28 % are four of these.
        assertThat(mean.standardError() * 10).isCloseTo(1, within(0.28));
    }

    @Test
    void constantsAreEqualOrInfinitelyFarApart() {
        Images black = Images.of("black", 1, 1, 1, new byte[3]);
        ColourDrift drift = new ColourDrift(black);
        assertThat(drift.mean(black, 0).value()).isZero();
        assertThat(drift.mean(Images.of("grey", 1, 1, 1, new byte[] {9, 9}), 0).value())
                .isInfinite();
    }
}
