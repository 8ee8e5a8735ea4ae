package scorefield.cli.plot;

import java.util.List;
import java.util.Locale;
import scorefield.cli.plot.Ticks.Tick;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.figure.Figure.Axis.Scale;

/**
 * Draws a {@link Figure} of lines as SVG to embed in a page: it is small, sharp at any size, and uses the dark or light
 * colours of the page. It contains a description for screen readers.
 *
 * <p>The layout is for the width of a phone, which shows it slightly smaller than its nominal size. The page must show
 * the title and the label of the vertical axis, because there is no space for them in the plot.
 */
public final class SvgPlot {

    private static final int WIDTH = 440;
    private static final int HEIGHT = 260;
    /** The space to the left of the plot, without the width of tick labels. */
    private static final int MARGIN = 14;

    /** The approximate width of a digit in the font size of labels. */
    private static final double DIGIT = 6.8;

    private static final int RIGHT = 14;
    private static final int TOP = 10;
    private static final int BOTTOM = 46;

    /** The maximum number of points of a line; a screen cannot show more at this width. */
    private static final int MOST_POINTS = 400;

    private static final int TICKS_ACROSS = 5;
    private static final int TICKS_UP = 6;

    /** The CSS that a page with these plots needs. */
    public static final String STYLE = """
            svg.plot { display: block; width: 100%; height: auto; }
            svg.plot text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
            svg.plot .grid { stroke: var(--line); stroke-width: 1; }
            svg.plot .line { fill: none; stroke-linejoin: round; stroke-linecap: round; }
            """;

    /**
     * The style of a line.
     *
     * @param colour the colour in CSS, such as {@code var(--c0)}
     * @param width the width in pixels
     * @param dashed whether the line is dashed
     * @param opacity the opacity, from 0 to 1
     */
    public record Pen(String colour, double width, boolean dashed, double opacity) {

        /** The pen for measured numbers. */
        public static Pen line(String colour) {
            return new Pen(colour, 1.6, false, 1);
        }

        /** The pen for reference values. */
        public static Pen dashed(String colour) {
            return new Pen(colour, 1.2, true, 1);
        }

        /** The same pen with another opacity. */
        public Pen faded(double opacity) {
            return new Pen(colour, width, dashed, opacity);
        }
    }

    private final Figure figure;
    private final Extent across;
    private final Extent up;
    private final List<Tick> ticksUp;
    private final double left;
    private final StringBuilder svg = new StringBuilder();

    private SvgPlot(Figure figure) {
        this.figure = figure;
        this.across = new Extent(figure.x().scale());
        this.up = new Extent(figure.y().scale());
        for (Figure.Mark mark : figure.marks()) {
            across.add(line(mark).x());
            up.add(line(mark).y());
        }
        double[] range = up.range();
        ticksUp = Ticks.of(figure.y().scale(), range[0], range[1], TICKS_UP);
        left = MARGIN
                + DIGIT
                        * ticksUp.stream()
                                .mapToInt(tick -> tick.name().length())
                                .max()
                                .orElse(0);
    }

    private static Figure.Line line(Figure.Mark mark) {
        if (mark instanceof Figure.Line line) {
            return line;
        }
        throw new IllegalArgumentException("an SVG plot can only contain lines; got " + mark);
    }

    /**
     * The figure as an {@code svg} element.
     *
     * @param description a description for screen readers
     * @param pens one pen for each line of the figure
     */
    public static String draw(Figure figure, String description, List<Pen> pens) {
        if (pens.size() != figure.marks().size()) {
            throw new IllegalArgumentException(
                    "there must be one pen for each of " + figure.marks().size() + " lines; got " + pens.size());
        }
        SvgPlot plot = new SvgPlot(figure);
        plot.begin(description);
        plot.axes();
        for (int i = 0; i < pens.size(); i++) {
            plot.draw(line(figure.marks().get(i)), pens.get(i));
        }
        return plot.svg.append("</svg>\n").toString();
    }

    private void begin(String description) {
        String name = figure.name();
        svg.append(of(
                "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n",
                WIDTH, HEIGHT, name, name));
        svg.append(of("<title id=\"%s-title\">%s</title>\n", name, escape(figure.title())));
        svg.append(of("<desc id=\"%s-desc\">%s</desc>\n", name, escape(description)));
    }

    private void axes() {
        double[] x = across.range();
        for (Tick tick : Ticks.of(figure.x().scale(), x[0], x[1], TICKS_ACROSS)) {
            double at = x(tick.at());
            line("grid", at, TOP, at, HEIGHT - BOTTOM);
            text(at, HEIGHT - BOTTOM + 17, "middle", tick.name());
        }
        for (Tick tick : ticksUp) {
            double at = y(tick.at());
            line("grid", left, at, WIDTH - RIGHT, at);
            text(left - 6, at + 4, "end", tick.name());
        }
        text((left + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", figure.x().label());
    }

    private void line(String style, double x1, double y1, double x2, double y2) {
        svg.append(
                of("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" />\n", style, x1, y1, x2, y2));
    }

    private void text(double x, double y, String anchor, String text) {
        svg.append(of("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, escape(text)));
    }

    /** Draws a line with gaps at numbers that the axes cannot show; a point between two gaps is a dot. */
    private void draw(Figure.Line whole, Pen pen) {
        Figure.Line line = Thinned.of(whole, MOST_POINTS);
        StringBuilder path = new StringBuilder();
        boolean down = false;
        for (int i = 0; i < line.x().length; i++) {
            boolean shown = across.shows(line.x()[i]) && up.shows(line.y()[i]);
            if (shown) {
                path.append(of("%s%.1f %.1f", down ? "L" : "M", x(line.x()[i]), y(line.y()[i])));
                boolean last = i == line.x().length - 1 || !across.shows(line.x()[i + 1]) || !up.shows(line.y()[i + 1]);
                path.append(!down && last ? "h0" : "");
            }
            down = shown;
        }
        svg.append(of(
                "<path class=\"line\" d=\"%s\" stroke=\"%s\" stroke-width=\"%.1f\" stroke-opacity=\"%.2f\"%s />\n",
                path, pen.colour(), pen.width(), pen.opacity(), pen.dashed() ? " stroke-dasharray=\"5 4\"" : ""));
    }

    private double x(double number) {
        return left + (WIDTH - left - RIGHT) * fraction(figure.x(), across, number);
    }

    private double y(double number) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * fraction(figure.y(), up, number);
    }

    /** The position of a number on an axis, from 0 to 1. */
    private static double fraction(Axis axis, Extent extent, double number) {
        double[] range = extent.range();
        return axis.scale() == Scale.LOGARITHMIC
                ? Math.log(number / range[0]) / Math.log(range[1] / range[0])
                : (number - range[0]) / (range[1] - range[0]);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String of(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
