package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.Optional;
import scorefield.ncsn.setting.BadConfigurationException;
import scorefield.ncsn.text.Text;

/**
 * In which range an array holds the brightness of images: [0, 1] here, [−1, 1] or [0, 255] elsewhere.
 *
 * @param low what black is
 * @param high what white is
 */
public record Range(double low, double high) {

    /** As samples are drawn and saved by this program. */
    public static final Range UNIT = new Range(0, 1);

    /** In units of the range: what noise that is left carries a number beyond it. */
    private static final double LITTLE = 0.05;

    private static final double MUCH = 0.5;

    /** The share of numbers that may lie more than a little outside. */
    private static final double FEW = 0.01;

    /** Checks that both are finite, and in order. */
    public Range {
        if (!(low < high) || Double.isInfinite(high - low)) {
            throw new BadConfigurationException(
                    "a range must be two finite numbers, the lower one first, such as -1,1; got " + Text.number(low)
                            + "," + Text.number(high));
        }
    }

    /** Reads {@code -1,1}. */
    public static Range parse(String text) {
        String[] ends = text.split(",", -1);
        try {
            if (ends.length == 2) {
                return new Range(Double.parseDouble(ends[0].strip()), Double.parseDouble(ends[1].strip()));
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new BadConfigurationException(
                "a range must be two numbers with a comma, such as -1,1; got " + Text.shortened(text));
    }

    /**
     * What tells that numbers are in another range: more than a hundredth of them lie outside by more than a twentieth of the range, or one by
     * more than half of it. Samples themselves may lie a little outside, because noise is left in them.
     *
     * @return the fact, such as {@code holds numbers from -1 to 1, 48 % of them outside of 0 to 1}; empty where they fit
     */
    public Optional<String> misfit(float[] numbers) {
        double width = high - low;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        long outside = 0;
        for (float number : numbers) {
            least = Math.min(least, number);
            most = Math.max(most, number);
            if (number < low - LITTLE * width || number > high + LITTLE * width) {
                outside++;
            }
        }
        boolean far = least < low - MUCH * width || most > high + MUCH * width;
        if (!far && outside <= FEW * numbers.length) {
            return Optional.empty();
        }
        return Optional.of(Text.of(
                "holds numbers from %s to %s, %s %% of them outside of %s to %s",
                Text.number(least),
                Text.number(most),
                Text.number(100.0 * outside / numbers.length),
                Text.number(low),
                Text.number(high)));
    }

    /** The numbers with black at 0 and white at 1. */
    public float[] toUnit(float[] numbers) {
        if (equals(UNIT)) {
            return numbers;
        }
        float[] unit = Arrays.copyOf(numbers, numbers.length);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) ((unit[i] - low) / (high - low));
        }
        return unit;
    }
}
