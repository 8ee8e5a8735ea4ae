package scorefield.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import scorefield.cli.output.HtmlPage;
import scorefield.cli.plot.SvgPlot;
import scorefield.cli.plot.SvgPlot.Pen;
import scorefield.cli.report.TrainingCharts.Chart;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunStatus;
import scorefield.ncsn.text.Text;

/** The course of training, as part of a run's page: charts with their legends, and a table of their numbers. */
final class TrainingSection {

    /** Rows in the table of readings. */
    private static final int ROWS = 40;

    private final RunStatus report;
    private final TrainingCharts charts;
    private final HtmlPage html;

    private TrainingSection(RunStatus report, HtmlPage html) {
        this.report = report;
        this.charts = new TrainingCharts(report);
        this.html = html;
    }

    /** Adds the section to a page; nothing where there is no reading yet. */
    static void add(RunStatus report, HtmlPage html) {
        new TrainingSection(report, html).all();
    }

    private void all() {
        List<Chart> all = charts.all();
        if (all.isEmpty()) {
            return;
        }
        html.add("<h2>Training</h2>\n<div class=\"charts\">\n");
        all.forEach(this::chart);
        html.add("</div>\n");
        readings();
    }

    private void chart(Chart chart) {
        Figure figure = chart.figure();
        html.add("<figure><h3>").text(figure.title()).add("</h3>\n");
        html.add(SvgPlot.draw(figure, description(figure), chart.pens()));
        if (figure.marks().size() > 1) {
            html.add("<ul class=\"legend\">\n");
            for (int i = 0; i < chart.pens().size(); i++) {
                Pen pen = chart.pens().get(i);
                html.add(Text.of(
                        "<li><span style=\"border-top: 3px %s %s; opacity: %.2f\"></span>",
                        pen.dashed() ? "dashed" : "solid", pen.colour(), pen.opacity()));
                html.text(figure.marks().get(i).label()).add("</li>\n");
            }
            html.add("</ul>\n");
        }
        if (!chart.note().isEmpty()) {
            html.paragraph("quiet", chart.note());
        }
        html.add("</figure>\n");
    }

    /** A description of the figure for screen readers. */
    private static String description(Figure figure) {
        StringBuilder text = new StringBuilder();
        for (Figure.Mark mark : figure.marks()) {
            Figure.Line line = (Figure.Line) mark;
            double[] shown = Arrays.stream(line.y()).filter(Double::isFinite).toArray();
            if (shown.length > 0) {
                text.append(Text.of(
                        "%s: first %s, last %s, smallest %s, largest %s. ",
                        line.label(),
                        Text.number(shown[0]),
                        Text.number(shown[shown.length - 1]),
                        Text.number(Arrays.stream(shown).min().orElseThrow()),
                        Text.number(Arrays.stream(shown).max().orElseThrow())));
            }
        }
        return text.append("The numbers are in the table below the figures.").toString();
    }

    private void readings() {
        List<String> heads = new ArrayList<>(List.of("step", "epoch", "loss", "gradient norm"));
        heads.add(SampleKind.plural(report.data().sample()) + "/s");
        if (charts.bandCount() > 1) {
            for (int band = 0; band < charts.bandCount(); band++) {
                heads.add(charts.sigmas(band));
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (int index : ReportPage.spread(report.readings().size(), ROWS)) {
            Metrics.Reading reading = report.readings().get(index);
            List<String> row = new ArrayList<>(List.of(
                    Long.toString(reading.step()),
                    Text.number(reading.epoch()),
                    Text.number(reading.loss()),
                    Text.number(reading.gradientNorm()),
                    number(TrainingCharts.speed(reading))));
            for (int band = 0; band < heads.size() - 5; band++) {
                row.add(number(TrainingCharts.lossIn(reading, band)));
            }
            rows.add(row);
        }
        int count = report.readings().size();
        html.add("<details id=\"readings\"><summary>The numbers</summary>\n");
        html.paragraph(
                "quiet",
                (rows.size() == count ? "All " : rows.size() + " of ")
                        + Text.of(
                                "%,d readings, each the mean since the previous one; metrics.jsonl contains all of them.",
                                count)
                        + " Columns with σ contain the loss of the samples at these noise levels.");
        html.table("", heads, rows).add("</details>\n");
    }

    private static String number(double number) {
        return Double.isNaN(number) ? "–" : Text.number(number);
    }
}
