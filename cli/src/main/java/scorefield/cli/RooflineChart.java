package scorefield.cli;

import java.awt.BasicStroke;
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
import scorefield.kernels.Profile;
import scorefield.kernels.Roofline;
import scorefield.ncsn.file.PngWriter;

/**
 * Draws a profile as a roofline plot: every launch by its operations a byte and its GFLOP/s, below (or, with a shortcut, above) the line
 * that the device's memory and arithmetic draw. Launches that compute nothing, such as copies, have no place in it.
 */
final class RooflineChart {

    private static final int WIDTH = 1100;
    private static final int HEIGHT = 640;
    private static final int MOST_KERNELS = 12;

    private static final Color[] COLOURS = {
        new Color(0x1f, 0x5f, 0xb0), new Color(0xd6, 0x5f, 0x0e), new Color(0x2a, 0x8a, 0x3e),
                new Color(0xb0, 0x2a, 0x37),
        new Color(0x7a, 0x4d, 0xb0), new Color(0x8a, 0x5a, 0x2b), new Color(0xd1, 0x5c, 0xa6),
                new Color(0x55, 0x55, 0x55),
        new Color(0x9a, 0x9a, 0x10), new Color(0x0e, 0x8f, 0x9e), new Color(0x33, 0x33, 0x99),
                new Color(0x99, 0xb3, 0x33),
    };

    private RooflineChart() {}

    static void write(Path file, Profile profile, String title) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("operations a byte")
                .yAxisTitle("GFLOP/s")
                .theme(Styler.ChartTheme.Matlab)
                .build();
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setMarkerSize(7);
        List<Profile.Entry> computing =
                profile.launches().stream().filter(launch -> launch.flops() > 0).toList();
        drawRoofline(chart, profile.roofline(), computing);
        List<Profile.Total> kernels = profile.byKernel().stream()
                .filter(total -> total.flops() > 0)
                .limit(MOST_KERNELS)
                .toList();
        for (int k = 0; k < kernels.size(); k++) {
            Profile.Total kernel = kernels.get(k);
            List<Profile.Entry> launches = computing.stream()
                    .filter(launch -> launch.kind().equals(kernel.name()))
                    .toList();
            chart.addSeries(
                            Text.of("%s: %.1f %%", kernel.name(), 100 * kernel.nanoseconds() / profile.busy()),
                            launches.stream()
                                    .mapToDouble(RooflineChart::intensity)
                                    .toArray(),
                            launches.stream()
                                    .mapToDouble(launch -> profile.total(launch).gigaflops())
                                    .toArray())
                    .setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(COLOURS[k]);
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            chart.paint(graphics, WIDTH, HEIGHT);
        } finally {
            graphics.dispose();
        }
        PngWriter.write(file, image);
    }

    private static double intensity(Profile.Entry launch) {
        return launch.flops() / launch.bytes();
    }

    private static void drawRoofline(XYChart chart, Roofline roofline, List<Profile.Entry> launches) {
        double ridge = roofline.ridge();
        double least =
                launches.stream().mapToDouble(RooflineChart::intensity).min().orElse(ridge);
        double greatest =
                launches.stream().mapToDouble(RooflineChart::intensity).max().orElse(ridge);
        double[] x = {Math.min(least, ridge / 10), ridge, Math.max(greatest, ridge * 10)};
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.min(roofline.flops(), x[i] * roofline.bytes()) / 1e9;
        }
        XYSeries line = chart.addSeries("roofline", x, y);
        line.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineColor(Color.BLACK);
        line.setLineStyle(new BasicStroke(1.5f));
    }
}
