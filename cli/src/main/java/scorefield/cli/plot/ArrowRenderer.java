package scorefield.cli.plot;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CrosshairState;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.AbstractXYItemRenderer;
import org.jfree.chart.renderer.xy.XYItemRendererState;
import org.jfree.data.xy.VectorXYDataset;
import org.jfree.data.xy.XYDataset;
import org.jspecify.annotations.Nullable;

/**
 * Draws arrows with heads of constant size; short arrows have heads of half their length. The heads of JFreeChart's renderer grow with the
 * arrow.
 */
final class ArrowRenderer extends AbstractXYItemRenderer {

    private static final long serialVersionUID = 1L;

    static final BasicStroke STROKE = new BasicStroke(1.1f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final double HEAD = 5;
    private static final double HALF_WIDTH = 0.42;

    @Override
    public void drawItem(
            Graphics2D g2,
            XYItemRendererState state,
            Rectangle2D area,
            @Nullable PlotRenderingInfo info,
            XYPlot plot,
            ValueAxis across,
            ValueAxis up,
            XYDataset data,
            int series,
            int item,
            @Nullable CrosshairState crosshair,
            int pass) {
        VectorXYDataset arrows = (VectorXYDataset) data;
        double x = arrows.getXValue(series, item);
        double y = arrows.getYValue(series, item);
        double fromX = across.valueToJava2D(x, area, plot.getDomainAxisEdge());
        double fromY = up.valueToJava2D(y, area, plot.getRangeAxisEdge());
        double toX = across.valueToJava2D(x + arrows.getVectorXValue(series, item), area, plot.getDomainAxisEdge());
        double toY = up.valueToJava2D(y + arrows.getVectorYValue(series, item), area, plot.getRangeAxisEdge());
        double length = Math.hypot(toX - fromX, toY - fromY);
        if (!(length > 0)) {
            return; // the arrow has no direction, or a logarithmic axis cannot show it
        }
        double head = Math.min(HEAD, length / 2);
        double alongX = (toX - fromX) / length * head;
        double alongY = (toY - fromY) / length * head;
        double neckX = toX - alongX;
        double neckY = toY - alongY;
        Path2D tip = new Path2D.Double();
        tip.moveTo(toX, toY);
        tip.lineTo(neckX - HALF_WIDTH * alongY, neckY + HALF_WIDTH * alongX);
        tip.lineTo(neckX + HALF_WIDTH * alongY, neckY - HALF_WIDTH * alongX);
        tip.closePath();
        g2.setPaint(getItemPaint(series, item));
        g2.setStroke(STROKE);
        g2.draw(new Line2D.Double(fromX, fromY, neckX, neckY));
        g2.fill(tip);
    }
}
