package scorefield.cli.ladder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import scorefield.cli.plot.Plot;
import scorefield.kernels.ladder.Measurement;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.text.Text;

/**
 * Draws a ladder: a point for each rung, from left to right, at its GFLOP/s, and the roofline above them. A line leads through the rungs
 * that were made for this kind of device; the others have a star in the legend.
 */
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
        int[] suiting = IntStream.range(0, measurements.size())
                .filter(k -> measurements.get(k).suits())
                .toArray();
        marks.add(new Figure.Line(
                "",
                Arrays.stream(suiting).mapToDouble(k -> k + 1).toArray(),
                Arrays.stream(suiting)
                        .mapToDouble(k -> measurements.get(k).total().gigaflops())
                        .toArray()));
        for (int k = 0; k < measurements.size(); k++) {
            Measurement measurement = measurements.get(k);
            marks.add(new Figure.Dots(
                    Text.of(
                            "%s%s: %.3g ms",
                            table.name(k),
                            measurement.suits() ? "" : " *",
                            measurement.total().nanoseconds() / 1e6),
                    new double[] {k + 1},
                    new double[] {measurement.total().gigaflops()}));
        }
        return new Figure(
                "ladder",
                table.ladder().name() + ", " + table.extents(),
                Axis.linear("rung"),
                Axis.logarithmic("GFLOP/s of the formula"),
                marks);
    }
}
