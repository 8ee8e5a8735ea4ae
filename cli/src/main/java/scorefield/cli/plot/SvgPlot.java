package scorefield.cli.plot;

import java.util.List;
import java.util.Locale;
import scorefield.cli.plot.Ticks.Tick;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.figure.Figure.Axis.Scale;

/**
 * Draws a {@link Figure} of lines as SVG to be written into a page: it is small, is sharp at any size, and takes its colours from the
 * page, dark or light. What a screen reader is to say of it is part of it.
 *
 * <p>It is laid out for the width of a telephone, where it is shown a little smaller than it is written. Its title, and what is measured
 * upwards, are the page's to say: there is no room for them beside the plot.
 */
public final class SvgPlot {

    private static final int WIDTH = 440;
    private static final int HEIGHT = 260;
    /** Room to the left of the plot but for what a tick's name takes. */
    private static final int MARGIN = 14;

    /** About how wide a digit is at the size that names are written in. */
    private static final double DIGIT = 6.8;

    private static final int RIGHT = 14;
    private static final int TOP = 10;
    private static final int BOTTOM = 46;

    /** More points than this no screen can tell apart on this width. */
    private static final int MOST_POINTS = 400;

    private static final int TICKS_ACROSS = 5;
    private static final int TICKS_UP = 6;

    /** The style that a page with these plots has. */
    public static final String STYLE = """
            svg.plot { display: block; width: 100%; height: auto; }
            svg.plot text { font: 12px system-ui, sans-serif; fill: var(--quiet); }
            svg.plot .grid { stroke: var(--line); stroke-width: 1; }
            svg.plot .line { fill: none; stroke-linejoin: round; stroke-linecap: round; }
            """;

    /**
     * How a line is drawn.
     *
     * @param colour as CSS has it, such as {@code var(--c0)}
     * @param width in pixels
     * @param dashed whether the line has gaps
     * @param opacity from 0 to 1
     */
    public record Pen(String colour, double width, boolean dashed, double opacity) {

        /** For what was measured. */
        public static Pen line(String colour) {
            return new Pen(colour, 1.6, false, 1);
        }

        /** For what measurements are compared with. */
        public static Pen dashed(String colour) {
            return new Pen(colour, 1.2, true, 1);
        }

        /** The same, but paler. */
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
        throw new IllegalArgumentException("only lines are drawn as SVG, not " + mark);
    }

    /**
     * The figure as an {@code svg} element.
     *
     * @param description what it shows, in words
     * @param pens one for each of the figure's lines
     */
    public static String draw(Figure figure, String description, List<Pen> pens) {
        if (pens.size() != figure.marks().size()) {
            throw new IllegalArgumentException(
                    pens.size() + " pens for " + figure.marks().size() + " lines");
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

    /** A line with gaps where there is no number, or none that the axes have a place for; a point between two gaps is a dot. */
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

    /** How far along an axis a number is, from 0 to 1. */
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
