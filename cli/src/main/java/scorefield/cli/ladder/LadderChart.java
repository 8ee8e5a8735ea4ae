package scorefield.cli.ladder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.cli.plot.Plot;
import scorefield.kernels.ladder.Measurement;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.text.Text;

/** Draws a ladder: a point for each rung, from left to right, at its GFLOP/s, and the roofline above them. */
final class LadderChart {

    private LadderChart() {}

    static void write(Path file, LadderTable table) throws IOException {
        Plot.write(file, figure(table));
    }

    static Figure figure(LadderTable table) {
        List<Measurement> measurements = table.climb().measurements();
        Profile.Total any = measurements.get(0).total();
        List<Figure.Mark> marks = new ArrayList<>();
        double roofline = any.flops() / any.least();
        marks.add(new Figure.Level(Text.of("roofline: %.3g GFLOP/s", roofline), roofline));
        double[] x = new double[measurements.size()];
        double[] y = new double[measurements.size()];
        for (int k = 0; k < x.length; k++) {
            x[k] = k + 1;
            y[k] = measurements.get(k).total().gigaflops();
        }
        marks.add(new Figure.Line("", x, y));
        for (int k = 0; k < x.length; k++) {
            marks.add(new Figure.Dots(
                    Text.of(
                            "%s: %.3g ms",
                            table.name(k), measurements.get(k).total().nanoseconds() / 1e6),
                    new double[] {x[k]},
                    new double[] {y[k]}));
        }
        return new Figure(
                "ladder",
                table.ladder().name() + ", " + table.extents(),
                Axis.linear("rung"),
                Axis.logarithmic("GFLOP/s of the formula"),
                marks);
    }
}
