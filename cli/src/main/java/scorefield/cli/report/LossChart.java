package scorefield.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.run.Metrics;

/** Draws the loss against the steps. */
public final class LossChart {

    private LossChart() {}

    /** Writes the picture; does nothing if there are no readings. */
    public static void write(Path path, String title, List<Metrics.Reading> readings) throws IOException {
        if (readings.isEmpty()) {
            return;
        }
        // A loss that is a square falls by orders of magnitude at first; a logarithmic axis also shows the rest. Losses
        // of exact and sliced score matching can be negative.
        boolean positive = readings.stream().allMatch(reading -> reading.loss() > 0);
        Figure figure = new Figure(
                "loss",
                title,
                Axis.linear("step"),
                positive ? Axis.logarithmic("loss") : Axis.linear("loss"),
                List.of(new Figure.Line(
                        "", column(readings, Metrics.Reading::step), column(readings, Metrics.Reading::loss))));
        Plot.write(path, figure);
    }

    private static double[] column(List<Metrics.Reading> readings, ToDoubleFunction<Metrics.Reading> number) {
        return readings.stream().mapToDouble(number).toArray();
    }
}
