package scorefield.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import scorefield.ncsn.file.PngWriter;

/** Draws the loss over the steps. */
final class LossChart {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;

    private LossChart() {}

    /** Writes the picture. A single reading is a point; with none there is nothing to draw, and no picture. */
    static void write(Path path, String title, List<Metrics.Reading> readings) throws IOException {
        if (readings.isEmpty()) {
            return;
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("step")
                .yAxisTitle("loss")
                .theme(Styler.ChartTheme.Matlab)
                .build();
        // The loss falls by orders of magnitude at first; a logarithmic axis shows the rest, too.
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendVisible(false);
        XYSeries series = chart.addSeries(
                "loss",
                readings.stream().mapToDouble(Metrics.Reading::step).toArray(),
                readings.stream().mapToDouble(Metrics.Reading::loss).toArray());
        series.setMarker(readings.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        series.setLineColor(new Color(0x1f, 0x5f, 0xb0));
        series.setLineWidth(1.5f);
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        try {
            chart.paint(graphics, WIDTH, HEIGHT);
        } finally {
            graphics.dispose();
        }
        PngWriter.write(path, picture);
    }
}
