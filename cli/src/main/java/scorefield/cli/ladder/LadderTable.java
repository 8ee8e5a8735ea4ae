package scorefield.cli.ladder;

import java.util.List;
import scorefield.kernels.ladder.Climb;
import scorefield.kernels.ladder.Extents;
import scorefield.kernels.ladder.Ladder;
import scorefield.kernels.ladder.Measurement;
import scorefield.ncsn.text.Text;

/**
 * The measurements of a ladder for people to read.
 *
 * @param device the device and its driver
 */
record LadderTable(Ladder ladder, Extents extents, String device, Climb climb) {

    /** For a terminal: a row of numbers for each rung, then what each changes and why that helps. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(roofline()).append('\n').append('\n');
        text.append(Text.of("%-21s %10s %9s %9s %8s %7s%n", "rung", "ms", "× naive", "GFLOP/s", "GB/s", "% roof"));
        for (int k = 0; k < measurements().size(); k++) {
            Measurement measurement = measurements().get(k);
            text.append(Text.of(
                    "%-21s %10s %9s %9s %8s %7s%n",
                    name(k) + (measurement.suits() ? "" : " *"),
                    milliseconds(measurement),
                    faster(measurement),
                    gigaflops(measurement),
                    gigabytes(measurement),
                    ofRoofline(measurement)));
        }
        notForThisDevice().forEach(note -> text.append("* ").append(note).append('\n'));
        for (int k = 0; k < measurements().size(); k++) {
            text.append(Text.of(
                    "%n%s: %s%n    %s%n    %s%n",
                    name(k),
                    measurements().get(k).rung().source(),
                    measurements().get(k).rung().changed(),
                    measurements().get(k).rung().why()));
        }
        return text.toString();
    }

    /** The same as a table for a document. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(Text.of("`%s`, %s, on %s; ", ladder.name(), extents, device))
                .append(roofline())
                .append("\n\n");
        text.append("| rung | ms | × naive | GFLOP/s | GB/s | % of roofline | what changed | why it helps |\n");
        text.append("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (int k = 0; k < measurements().size(); k++) {
            Measurement measurement = measurements().get(k);
            text.append(Text.of(
                    "| %s%s | %s | %s | %s | %s | %s | %s | %s |%n",
                    name(k),
                    measurement.suits() ? "" : " \\*",
                    milliseconds(measurement),
                    faster(measurement),
                    gigaflops(measurement),
                    gigabytes(measurement),
                    ofRoofline(measurement),
                    measurement.rung().changed(),
                    measurement.rung().why()));
        }
        notForThisDevice().forEach(note -> text.append("\n\\* ").append(note).append('\n'));
        return text.toString();
    }

    private List<Measurement> measurements() {
        return climb.measurements();
    }

    private String roofline() {
        Measurement any = measurements().get(0);
        return Text.of(
                "roofline: %.0f GFLOP/s of multiply-adds, %.1f GB/s of copying; %.4g GFLOP and at least %.4g MB take %.3f ms",
                climb.roofline().flops() / 1e9,
                climb.roofline().bytes() / 1e9,
                any.total().flops() / 1e9,
                any.total().bytes() / 1e6,
                any.total().least() / 1e6);
    }

    /** One line for all rungs that were made for another kind of processor. */
    private List<String> notForThisDevice() {
        return measurements().stream()
                .filter(measurement -> !measurement.suits())
                .map(measurement -> measurement.rung().madeFor().elsewhere())
                .distinct()
                .toList();
    }

    /** The number of a rung, from 1, and its name. */
    String name(int index) {
        return index + 1 + " " + measurements().get(index).rung().name();
    }

    private String milliseconds(Measurement measurement) {
        return Text.of("%.3f", measurement.total().nanoseconds() / 1e6);
    }

    private String faster(Measurement measurement) {
        return Text.of(
                "%.1f",
                measurements().get(0).total().nanoseconds()
                        / measurement.total().nanoseconds());
    }

    private static String gigaflops(Measurement measurement) {
        return Text.of("%.1f", measurement.total().gigaflops());
    }

    private static String gigabytes(Measurement measurement) {
        return Text.of("%.1f", measurement.total().gigabytes());
    }

    private static String ofRoofline(Measurement measurement) {
        return Text.of("%.1f", 100 * measurement.total().ofRoofline());
    }
}
