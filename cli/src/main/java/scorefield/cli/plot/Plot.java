package scorefield.cli.plot;

import java.awt.BasicStroke;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.Range;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.figure.Figure.Mark;
import scorefield.ncsn.file.PngWriter;

/**
 * Draws a {@link Figure}.
 *
 * <p>If both axes are those of a plane, the shorter range is widened until both have the same scale. Numbers that a
 * logarithmic axis cannot show are omitted, and a line below the plot states how many.
 *
 * <p>All throw {@link NoFontsException} if Java cannot draw text.
 */
public final class Plot {

    /** The picture has twice the resolution of the layout, so that it is sharp on any screen. */
    public static final int SCALE = 2;

    private static final int WIDTH = 720;
    private static final int HEIGHT = 450;

    /** The height of a plane depends on its ranges, within limits. */
    private static final int PLANE_WIDTH = 600;

    private static final int LEAST_PLANE_HEIGHT = 340;
    private static final int MOST_PLANE_HEIGHT = 760;

    /**
     * The number of layouts to find the scale of a plane: the size of axis labels, and so of the plot area, depends on
     * the ranges.
     */
    private static final int LAYOUTS = 3;

    /** The space around a number on an axis, which determines how many numbers there are. */
    private static final RectangleInsets TICK_INSETS = new RectangleInsets(7, 7, 7, 7);

    private final Figure figure;
    private final Extent across;
    private final Extent up;
    private final XYPlot plot;
    private final JFreeChart chart;
    private final int width;
    private int height;

    private Plot(Figure figure, @Nullable Rectangle2D window, @Nullable Dimension size) {
        Fonts.require();
        this.figure = figure;
        this.across = new Extent(figure.x().scale());
        this.up = new Extent(figure.y().scale());
        figure.marks().forEach(this::measure);
        boolean plane = isPlane();
        this.width = size != null ? size.width : plane ? PLANE_WIDTH : WIDTH;
        this.height = size != null ? size.height : HEIGHT;
        this.plot = new XYPlot(null, axis(figure.x()), axis(figure.y()), null);
        setRange(
                plot.getDomainAxis(),
                window == null ? across.range() : new double[] {window.getMinX(), window.getMaxX()});
        setRange(plot.getRangeAxis(), window == null ? up.range() : new double[] {window.getMinY(), window.getMaxY()});
        this.chart = new JFreeChart(null, null, plot, false);
        dress();
        addMarks();
        if (plane && size == null) {
            adaptHeight();
        }
        if (plane) {
            equaliseUnits();
        }
    }

    /** The figure's picture. */
    public static BufferedImage draw(Figure figure) {
        return new Plot(figure, null, null).picture(SCALE);
    }

    /**
     * Draws the part of a figure in a window.
     *
     * @param window the window, in the units of the axes
     */
    public static BufferedImage draw(Figure figure, Rectangle2D window) {
        return new Plot(figure, window, null).picture(SCALE);
    }

    /**
     * Draws the part of a figure in a window as a picture of a given size, for a series of pictures.
     *
     * @param size the size in pixels
     */
    public static BufferedImage draw(Figure figure, Rectangle2D window, Dimension size) {
        return new Plot(figure, window, size).picture(1);
    }

    /** Draws a figure into a PNG file. */
    public static void write(Path path, Figure figure) throws IOException {
        PngWriter.write(path, draw(figure));
    }

    /** Draws the part of a figure in a window into a PNG file. */
    public static void write(Path path, Figure figure, Rectangle2D window) throws IOException {
        PngWriter.write(path, draw(figure, window));
    }

    /** The layout, for tests: pixels (before scaling) per unit, horizontally and vertically. */
    static double[] pixelsPerUnit(Figure figure) {
        Plot plot = new Plot(figure, null, null);
        Rectangle2D area = plot.dataArea();
        return new double[] {
            area.getWidth() / plot.plot.getDomainAxis().getRange().getLength(),
            area.getHeight() / plot.plot.getRangeAxis().getRange().getLength()
        };
    }

    private boolean isPlane() {
        return figure.x().scale() == Axis.Scale.PLANE && figure.y().scale() == Axis.Scale.PLANE;
    }

    private void measure(Mark mark) {
        if (mark instanceof Figure.Line line) {
            across.add(line.x());
            up.add(line.y());
        } else if (mark instanceof Figure.Dots dots) {
            across.add(dots.x());
            up.add(dots.y());
        } else if (mark instanceof Figure.Arrows arrows) {
            across.add(arrows.x());
            across.add(sum(arrows.x(), arrows.dx()));
            up.add(arrows.y());
            up.add(sum(arrows.y(), arrows.dy()));
        } else if (mark instanceof Figure.Heat heat) {
            across.addCells(heat.x());
            up.addCells(heat.y());
        } else if (mark instanceof Figure.Rule rule) {
            across.add(rule.at());
        } else if (mark instanceof Figure.Level level) {
            up.add(level.at());
        }
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }

    private static ValueAxis axis(Axis axis) {
        NumberAxis linear = new NumberAxis(axis.label());
        linear.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
        ValueAxis drawn = axis.scale() == Axis.Scale.LOGARITHMIC ? new DecadeAxis(axis.label()) : linear;
        dress(drawn);
        return drawn;
    }

    private static void dress(ValueAxis axis) {
        axis.setTickLabelInsets(TICK_INSETS);
        axis.setLabelFont(Look.LABEL);
        axis.setLabelPaint(Look.INK);
        axis.setTickLabelFont(Look.TICK);
        axis.setTickLabelPaint(Look.QUIET);
        axis.setAxisLinePaint(Look.QUIET);
        axis.setTickMarkPaint(Look.QUIET);
    }

    private static void setRange(ValueAxis axis, double[] range) {
        axis.setRange(range[0], range[1]);
    }

    private void dress() {
        chart.setBackgroundPaint(Look.PAPER);
        chart.setPadding(new RectangleInsets(10, 10, 8, 16));
        TextTitle title = new TextTitle(figure.title(), Look.TITLE);
        title.setPaint(Look.INK);
        title.setHorizontalAlignment(HorizontalAlignment.LEFT);
        title.setTextAlignment(HorizontalAlignment.LEFT);
        title.setPadding(0, 4, 8, 0);
        chart.setTitle(title);
        plot.setBackgroundPaint(Look.PAPER);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinePaint(Look.GRID);
        plot.setRangeGridlinePaint(Look.GRID);
        plot.setDomainGridlineStroke(new BasicStroke(0.8f));
        plot.setRangeGridlineStroke(new BasicStroke(0.8f));
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        plot.setAxisOffset(new RectangleInsets(0, 2, 2, 0)); // colours must not cover the axes
    }

    private void addMarks() {
        LegendItemCollection legend = new LegendItemCollection();
        int colours = 0;
        int rules = 0;
        int hidden = 0;
        for (Mark mark : figure.marks()) {
            DrawnMark drawn;
            if (mark instanceof Figure.Rule rule) {
                ValueMarker marker = marker(rule.at(), rule.label(), rules++, legend);
                plot.addDomainMarker(marker, Layer.FOREGROUND);
                continue;
            } else if (mark instanceof Figure.Level level) {
                ValueMarker marker = marker(level.at(), level.label(), rules++, legend);
                plot.addRangeMarker(marker, Layer.FOREGROUND);
                continue;
            } else if (mark instanceof Figure.Heat heat) {
                drawn = DrawnMark.of(heat);
                // The heat map covers the grid lines; only stumps around it would be visible.
                plot.setDomainGridlinesVisible(false);
                plot.setRangeGridlinesVisible(false);
                addColours(heat);
            } else if (mark instanceof Figure.Arrows arrows) {
                drawn = DrawnMark.of(arrows, colours++);
            } else if (mark instanceof Figure.Line line) {
                hidden += hidden(line.x(), line.y());
                drawn = DrawnMark.of(
                        new Figure.Line(line.label(), across.shown(line.x()), up.shown(line.y())), colours++);
            } else {
                Figure.Dots dots = (Figure.Dots) mark;
                hidden += hidden(dots.x(), dots.y());
                drawn = DrawnMark.of(
                        new Figure.Dots(dots.label(), across.shown(dots.x()), up.shown(dots.y())), colours++);
            }
            int layer = plot.getDatasetCount();
            plot.setDataset(layer, drawn.data());
            plot.setRenderer(layer, drawn.renderer());
            if (drawn.legend() != null) {
                legend.add(drawn.legend());
            }
        }
        plot.setFixedLegendItems(legend);
        // The first subtitle is at the bottom.
        if (hidden > 0) {
            addNote(hidden + (hidden == 1 ? " point is" : " points are")
                    + " not shown: not finite, or not positive on a logarithmic axis");
        }
        if (legend.getItemCount() > 0) {
            addLegend();
        }
    }

    private int hidden(double[] x, double[] y) {
        int hidden = 0;
        for (int i = 0; i < x.length; i++) {
            hidden += across.shows(x[i]) && up.shows(y[i]) ? 0 : 1;
        }
        return hidden;
    }

    private static ValueMarker marker(double at, String label, int index, LegendItemCollection legend) {
        BasicStroke stroke = Look.ruleStroke(index);
        LegendItem item = DrawnMark.item(label, new Line2D.Double(-9, 0, 9, 0), stroke, Look.QUIET, Look.QUIET);
        if (item != null) {
            legend.add(item);
        }
        return new ValueMarker(at, Look.QUIET, stroke);
    }

    private void addLegend() {
        LegendTitle legend = new LegendTitle(plot);
        legend.setPosition(RectangleEdge.BOTTOM);
        legend.setFrame(BlockBorder.NONE);
        legend.setItemFont(Look.LABEL);
        legend.setItemPaint(Look.INK);
        legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, 12));
        legend.setPadding(4, 4, 0, 4);
        chart.addSubtitle(legend);
    }

    /** Adds a colour bar, if the heat map has a label. */
    private void addColours(Figure.Heat heat) {
        if (heat.label().isEmpty()) {
            return;
        }
        ValueAxis numbers = axis(Axis.linear(heat.label()));
        PaintScaleLegend strip = new PaintScaleLegend(new Ramp(heat), numbers);
        strip.setPosition(RectangleEdge.RIGHT);
        strip.setAxisLocation(AxisLocation.TOP_OR_RIGHT);
        strip.setStripWidth(10);
        strip.setStripOutlineVisible(false);
        strip.setBackgroundPaint(Look.PAPER);
        strip.setMargin(4, 12, 40, 0);
        chart.addSubtitle(strip);
    }

    private void addNote(String text) {
        TextTitle note = new TextTitle(text, Look.TICK);
        note.setPaint(Look.QUIET);
        note.setPosition(RectangleEdge.BOTTOM);
        note.setHorizontalAlignment(HorizontalAlignment.LEFT);
        note.setPadding(4, 4, 0, 0);
        chart.addSubtitle(note);
    }

    /** Adapts the height of the picture to the ranges, within limits. */
    private void adaptHeight() {
        Rectangle2D area = dataArea();
        double unit = area.getWidth() / plot.getDomainAxis().getRange().getLength();
        double wanted = height
                - area.getHeight()
                + unit * plot.getRangeAxis().getRange().getLength();
        height = (int) Math.round(Math.max(LEAST_PLANE_HEIGHT, Math.min(MOST_PLANE_HEIGHT, wanted)));
    }

    /** Widens the range of the axis that has the larger scale. */
    private void equaliseUnits() {
        for (int layout = 0; layout < LAYOUTS; layout++) {
            Rectangle2D area = dataArea();
            Range x = plot.getDomainAxis().getRange();
            Range y = plot.getRangeAxis().getRange();
            double unit = Math.min(area.getWidth() / x.getLength(), area.getHeight() / y.getLength());
            widen(plot.getDomainAxis(), area.getWidth() / unit);
            widen(plot.getRangeAxis(), area.getHeight() / unit);
        }
    }

    private static void widen(ValueAxis axis, double length) {
        double middle = axis.getRange().getCentralValue();
        axis.setRange(middle - length / 2, middle + length / 2);
    }

    private Rectangle2D dataArea() {
        ChartRenderingInfo info = new ChartRenderingInfo(null);
        BufferedImage scratch = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scratch.createGraphics();
        try {
            // Only the layout is needed, so the clip is empty and nothing is painted.
            graphics.clipRect(0, 0, 1, 1);
            chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height), info);
        } finally {
            graphics.dispose();
        }
        return info.getPlotInfo().getDataArea();
    }

    private BufferedImage picture(int scale) {
        BufferedImage picture = new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            graphics.scale(scale, scale);
            chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
        } finally {
            graphics.dispose();
        }
        return picture;
    }
}
