package scorefield.cli.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.LegendItem;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.DefaultXYDataset;
import org.jfree.data.xy.DefaultXYZDataset;
import org.jfree.data.xy.VectorSeries;
import org.jfree.data.xy.VectorSeriesCollection;
import org.jfree.data.xy.XYDataset;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.figure.Figure.Arrows;
import scorefield.ncsn.figure.Figure.Dots;
import scorefield.ncsn.figure.Figure.Heat;
import scorefield.ncsn.figure.Figure.Line;

/**
 * The JFreeChart data and renderer of one mark.
 *
 * @param legend its entry in the legend; null for none
 */
record DrawnMark(
        XYDataset data, XYItemRenderer renderer, @Nullable LegendItem legend) {

    /** A line through at most this many points also shows the points, because only they were measured. */
    private static final int FEW = 40;

    private static final Shape SAMPLE_LINE = new Line2D.Double(-9, 0, 9, 0);

    static DrawnMark of(Line line, int index) {
        Color colour = Look.colour(index);
        BasicStroke stroke = Look.stroke(index, 1.8f);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, line.x().length <= FEW);
        renderer.setDrawSeriesLineAsPath(true);
        renderer.setSeriesPaint(0, colour);
        renderer.setSeriesStroke(0, stroke);
        renderer.setSeriesShape(0, circle(5));
        return new DrawnMark(
                series(line.x(), line.y()), renderer, item(line.label(), SAMPLE_LINE, stroke, colour, colour));
    }

    static DrawnMark of(Dots dots, int index) {
        int count = dots.x().length;
        // Many dots are drawn small and slightly transparent, so that their density is visible.
        double size = count <= FEW ? 7 : count <= 500 ? 4.5 : 2.6;
        Color colour = Look.withAlpha(Look.colour(index), count <= FEW ? 1 : count <= 1000 ? 0.7 : 0.45);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
        renderer.setDrawOutlines(false); // an outline would show through the transparent dot
        renderer.setSeriesPaint(0, colour);
        renderer.setSeriesShape(0, dot(index, size));
        BasicStroke none = new BasicStroke(0);
        return new DrawnMark(
                series(dots.x(), dots.y()),
                renderer,
                item(dots.label(), dot(index, 6), none, Look.colour(index), Look.colour(index)));
    }

    static DrawnMark of(Arrows arrows, int index) {
        Color colour = Look.colour(index);
        VectorSeries series = new VectorSeries("");
        for (int i = 0; i < arrows.x().length; i++) {
            series.add(arrows.x()[i], arrows.y()[i], arrows.dx()[i], arrows.dy()[i]);
        }
        VectorSeriesCollection data = new VectorSeriesCollection();
        data.addSeries(series);
        ArrowRenderer renderer = new ArrowRenderer();
        renderer.setSeriesPaint(0, colour);
        return new DrawnMark(data, renderer, item(arrows.label(), arrow(), ArrowRenderer.STROKE, colour, colour));
    }

    static DrawnMark of(Heat heat) {
        int width = heat.x().length;
        int count = width * heat.y().length;
        double[][] cells = new double[3][count];
        for (int i = 0; i < count; i++) {
            cells[0][i] = heat.x()[i % width];
            cells[1][i] = heat.y()[i / width];
            cells[2][i] = heat.values()[i / width][i % width];
        }
        DefaultXYZDataset data = new DefaultXYZDataset();
        data.addSeries("", cells);
        XYBlockRenderer renderer = new XYBlockRenderer();
        renderer.setBlockWidth(Extent.cell(heat.x()));
        renderer.setBlockHeight(Extent.cell(heat.y()));
        renderer.setPaintScale(new Ramp(heat));
        return new DrawnMark(data, renderer, null);
    }

    private static XYDataset series(double[] x, double[] y) {
        DefaultXYDataset data = new DefaultXYDataset();
        data.addSeries("", new double[][] {x, y});
        return data;
    }

    /** The legend entry of a mark; null if it has no label. */
    static @Nullable LegendItem item(String label, Shape shape, BasicStroke stroke, Color fill, Color line) {
        if (label.isEmpty()) {
            return null;
        }
        LegendItem item = new LegendItem(
                label,
                null,
                null,
                null,
                true,
                shape,
                true,
                fill,
                stroke.getLineWidth() > 0,
                line,
                stroke,
                false,
                shape,
                stroke,
                line);
        item.setLabelFont(Look.LABEL);
        item.setLabelPaint(Look.INK);
        return item;
    }

    /** A circle; if there are more marks than colours, the next round uses squares. */
    private static Shape dot(int index, double size) {
        return Look.round(index) % 2 == 0 ? circle(size) : new Rectangle2D.Double(-size / 2, -size / 2, size, size);
    }

    private static Shape circle(double diameter) {
        return new Ellipse2D.Double(-diameter / 2, -diameter / 2, diameter, diameter);
    }

    private static Shape arrow() {
        Path2D path = new Path2D.Double();
        path.moveTo(-9, 0);
        path.lineTo(3, 0);
        path.lineTo(3, -3);
        path.lineTo(9, 0);
        path.lineTo(3, 3);
        path.lineTo(3, 0);
        return path;
    }
}
