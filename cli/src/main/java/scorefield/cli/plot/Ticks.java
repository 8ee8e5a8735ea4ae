package scorefield.cli.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import scorefield.ncsn.figure.Figure.Axis.Scale;

/** The tick positions of an axis: a limited number of round numbers. */
final class Ticks {

    /** With fewer powers of ten than this, the numbers 2 and 5 between them have labels too. */
    private static final int ENOUGH_DECADES = 3;

    private Ticks() {}

    /**
     * A tick of an axis.
     *
     * @param at its number
     * @param name its label
     */
    record Tick(double at, String name) {}

    /**
     * The ticks from {@code low} to {@code high}.
     *
     * @param most the maximum number of ticks
     */
    static List<Tick> of(Scale scale, double low, double high, int most) {
        if (scale == Scale.LOGARITHMIC) {
            List<Tick> decades = decades(low, high, most);
            // Within one decade there may be no power of ten at all, so linear ticks are more useful.
            if (decades.size() > 1) {
                return decades;
            }
        }
        return linear(low, high, most);
    }

    /** Multiples of 1, 2 or 5 times a power of ten. */
    private static List<Tick> linear(double low, double high, int most) {
        double power = Math.pow(10, Math.floor(Math.log10((high - low) / most)));
        double step = power;
        for (double factor : new double[] {1, 2, 5, 10}) {
            step = factor * power;
            if (Math.floor(high / step) - Math.ceil(low / step) + 1 <= most) {
                break;
            }
        }
        int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
        List<Tick> ticks = new ArrayList<>();
        for (long n = (long) Math.ceil(low / step); n * step <= high; n++) {
            ticks.add(new Tick(n * step, String.format(Locale.ROOT, "%,." + decimals + "f", n * step)));
        }
        return ticks;
    }

    private static List<Tick> decades(double low, double high, int most) {
        int first = (int) Math.floor(Math.log10(low));
        int last = (int) Math.ceil(Math.log10(high));
        int every = Math.max(1, (last - first + most - 2) / (most - 1));
        List<Tick> ticks = new ArrayList<>();
        for (int power = first; power <= last; power++) {
            for (int digit : last - first > ENOUGH_DECADES ? new int[] {1} : new int[] {1, 2, 5}) {
                double at = digit * Math.pow(10, power);
                if (at >= low && at <= high && Math.floorMod(power, every) == 0) {
                    ticks.add(new Tick(at, DecadeAxis.name(digit, power)));
                }
            }
        }
        return ticks;
    }
}
