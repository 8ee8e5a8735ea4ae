package scorefield.cli.schedule;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.data.PairwiseDistances;
import scorefield.ncsn.evaluation.ScheduleEvaluation;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.schedule.ScheduleAssessment;
import scorefield.ncsn.text.Text;

/** Draws what {@code schedule} found out, one plot below the other: how distances are distributed, the noise levels, the variance after each. */
final class ScheduleChart {

    private static final int BINS = 128;

    private ScheduleChart() {}

    static void write(Path path, ScheduleEvaluation evaluation) throws IOException {
        List<BufferedImage> plots = figures(evaluation).stream().map(Plot::draw).toList();
        int width = plots.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int height = plots.stream().mapToInt(BufferedImage::getHeight).sum();
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        try {
            int y = 0;
            for (BufferedImage plot : plots) {
                graphics.drawImage(plot, 0, y, null);
                y += plot.getHeight();
            }
        } finally {
            graphics.dispose();
        }
        PngWriter.write(path, picture);
    }

    private static List<Figure> figures(ScheduleEvaluation evaluation) {
        List<Figure> figures = new ArrayList<>();
        ScheduleAssessment assessment = evaluation.assessment();
        evaluation
                .distances()
                .filter(distances -> distances.range() > 0)
                .ifPresent(distances -> figures.add(distances(
                        distances, assessment, evaluation.setup().data().name())));
        figures.add(levels(assessment));
        if (assessment.stable()) {
            figures.add(variances(assessment));
        }
        return figures;
    }

    private static Figure distances(PairwiseDistances distances, ScheduleAssessment assessment, String name) {
        double width = distances.range() / BINS;
        // The range is a bound; nothing is beyond the largest distance.
        int bins = Math.min(BINS, 2 + (int) (distances.largest() / width));
        double[] middles =
                IntStream.range(0, bins).mapToDouble(i -> (i + 0.5) * width).toArray();
        List<Figure.Mark> marks = new ArrayList<>();
        marks.add(new Figure.Line("", middles, Arrays.copyOf(distances.density(BINS), bins)));
        marks.add(new Figure.Rule(
                Text.of("99.9 %% of pairs: %.4g", distances.quantile(0.999)), distances.quantile(0.999)));
        double largest = assessment.levels().largest();
        marks.add(new Figure.Rule(Text.of("σ₁ = %.4g", largest), largest));
        return new Figure(
                "distances",
                "distances between two samples of " + name,
                Axis.linear("distance"),
                Axis.linear("density of pairs"),
                marks);
    }

    private static double[] numbers(ScheduleAssessment assessment) {
        return IntStream.rangeClosed(1, assessment.levels().count())
                .asDoubleStream()
                .toArray();
    }

    private static Figure levels(ScheduleAssessment assessment) {
        return new Figure(
                "levels",
                Text.of(
                        "%d noise levels, γ = %.4f, C = %.3f",
                        assessment.levels().count(), assessment.levels().ratio(), assessment.overlap()),
                Axis.linear("level"),
                Axis.logarithmic("σ"),
                List.of(new Figure.Line(
                        "", numbers(assessment), assessment.levels().toArray())));
    }

    private static Figure variances(ScheduleAssessment assessment) {
        double[] counted = new double[assessment.levels().count()];
        Arrays.fill(counted, assessment.variance().orElseThrow());
        double[] right = new double[counted.length];
        Arrays.fill(right, 1);
        return new Figure(
                "variances",
                Text.of("variance after T = %d steps with ε = %.4g", assessment.stepsPerLevel(), assessment.stepSize()),
                Axis.linear("level"),
                Axis.linear("s_T²/σ²"),
                List.of(
                        new Figure.Line(
                                "from the start on, level after level", numbers(assessment), assessment.variances()),
                        new Figure.Line("where each level begins right (technique 4)", numbers(assessment), counted),
                        new Figure.Line("as it should be", numbers(assessment), right)));
    }
}
