package scorefield.cli.plot;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** A logarithmic axis: powers of ten have labels such as 10⁻³; if there are few of them, so have 2 and 5 between them. */
final class DecadeAxis extends LogAxis {

    private static final long serialVersionUID = 1L;

    /** The maximum number of labels on an axis; more would touch. */
    private static final int NAMES = 9;

    /** With fewer powers of ten than this, 2 and 5 between them have labels. */
    private static final int ENOUGH = 3;

    DecadeAxis(String label) {
        super(label);
    }

    @Override
    public List<NumberTick> refreshTicks(Graphics2D g2, AxisState state, Rectangle2D area, RectangleEdge edge) {
        boolean horizontal = RectangleEdge.isTopOrBottom(edge);
        List<NumberTick> ticks = new ArrayList<>();
        int first = (int) Math.floor(Math.log10(getLowerBound()));
        int last = (int) Math.ceil(Math.log10(getUpperBound()));
        int decades = (int) Math.floor(Math.log10(getUpperBound()) + 1e-9)
                - (int) Math.ceil(Math.log10(getLowerBound()) - 1e-9)
                + 1;
        int every = Math.max(1, (last - first + NAMES - 1) / NAMES);
        for (int power = first; power <= last; power++) {
            for (int digit = 1; digit < 10; digit++) {
                double value = Double.parseDouble(digit + "e" + power);
                if (value < getLowerBound() || value > getUpperBound()) {
                    continue;
                }
                boolean named =
                        digit == 1 ? Math.floorMod(power, every) == 0 : decades < ENOUGH && (digit == 2 || digit == 5);
                ticks.add(new NumberTick(
                        named ? TickType.MAJOR : TickType.MINOR,
                        value,
                        named ? name(digit, power) : "",
                        horizontal ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT,
                        TextAnchor.CENTER,
                        0));
            }
        }
        return ticks;
    }

    /** A label such as 10⁴ or 2·10⁻³; numbers near 1 are written in full. */
    static String name(int digit, int power) {
        if (power >= -2 && power <= 3) {
            return power >= 0
                    ? Long.toString(digit * Math.round(Math.pow(10, power)))
                    : String.format(Locale.ROOT, "%." + -power + "f", digit * Math.pow(10, power));
        }
        return (digit == 1 ? "" : digit + "·") + "10" + superscript(power);
    }

    private static String superscript(int number) {
        StringBuilder raised = new StringBuilder();
        for (char c : Integer.toString(number).toCharArray()) {
            raised.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
        }
        return raised.toString();
    }
}
