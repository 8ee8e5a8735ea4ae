package scorefield.cli.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import scorefield.cli.plot.SvgPlot.Pen;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ObjectiveSettings;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.figure.Figure.Axis;
import scorefield.ncsn.network.Parametrisation;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunStatus;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.NoiseBands;

/** The charts of a run's readings against its steps. */
final class TrainingCharts {

    /**
     * A figure with the style of its lines.
     *
     * @param note a note for readers; empty for none
     * @param pens one pen for each line
     */
    record Chart(Figure figure, String note, List<Pen> pens) {}

    /** The number of parts into which a run is divided, each twice as long as the one before. */
    private static final int STRETCHES = 4;

    /** If there are more readings than this, a chart also shows their means over this many groups. */
    private static final int MEANS = 100;

    private static final double PALE = 0.3;

    private static final Pen MEASURED = Pen.line("var(--c0)");
    private static final Pen COMPARED = Pen.dashed("var(--c1)");

    private final Configuration configuration;
    private final NoiseBands bands;
    private final int dimension;
    private final String samples;
    private final List<Metrics.Reading> readings;

    TrainingCharts(RunStatus report) {
        configuration = report.configuration();
        bands = NoiseBands.of(configuration.noiseLevels());
        dimension = report.data().sample().size();
        samples = SampleKind.plural(report.data().sample());
        readings = report.readings();
    }

    /** The charts for which there are numbers. */
    List<Chart> all() {
        return Stream.of(loss(), lossByBand(), lossOverSigma(), gradientNorm(), speed())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Chart> loss() {
        double[] loss = column(Metrics.Reading::loss);
        List<Figure.Mark> lines = new ArrayList<>();
        List<Pen> pens = new ArrayList<>();
        addWithMeans("loss", loss, lines, pens);
        if (zeroCosts().isPresent() && loss.length > 0) {
            lines.add(level(zero(), zeroCosts().get()));
            pens.add(COMPARED);
        }
        return chart("loss", "Loss", "step", lines, pens, positive(loss), "");
    }

    /** Whether the parametrisation and the weight are both EDM's: then the loss is the layers' own squared error. */
    private boolean isOfLayers() {
        return configuration.model().parametrisation() == Parametrisation.Kind.EDM
                && configuration.objective().weight() == ObjectiveSettings.Weight.EDM;
    }

    /** What has the loss {@link #zeroCosts}. */
    private String zero() {
        return isOfLayers() ? "layers that output 0" : "a network that outputs 0";
    }

    /** The loss where the output, or that of the layers, is 0, if it is the same at all noise levels. */
    private Optional<Double> zeroCosts() {
        ObjectiveSettings objective = configuration.objective();
        boolean squareOfSigma = objective.weight() == ObjectiveSettings.Weight.POWER && objective.power() == 2;
        return objective.matching() == ObjectiveSettings.Matching.ANNEALED && (squareOfSigma || isOfLayers())
                ? Optional.of(dimension / 2.0)
                : Optional.empty();
    }

    private Optional<Chart> lossByBand() {
        if (bands.count() == 1) {
            return Optional.empty();
        }
        List<Figure.Mark> lines = new ArrayList<>();
        List<Pen> pens = new ArrayList<>();
        boolean positive = true;
        for (int band = 0; band < bands.count(); band++) {
            int index = band;
            double[] loss = column(reading -> lossIn(reading, index));
            positive &= positive(loss);
            if (loss.length <= MEANS) {
                lines.add(new Figure.Line(sigmas(band), column(Metrics.Reading::step), loss));
            } else {
                lines.add(means(sigmas(band), loss));
            }
            pens.add(Pen.line(hue(band)));
        }
        String note = readings.size() > MEANS ? "Means of neighbouring readings." : "";
        return chart("loss-by-noise-level", "Loss at each noise level", "step", lines, pens, positive, note);
    }

    /**
     * A hue from orange for the largest levels through red and violet to blue: this order is visible with every kind of
     * colour vision.
     */
    private String hue(int band) {
        double fraction = bands.count() == 1 ? 0 : (double) band / (bands.count() - 1);
        return Text.of("hsl(%.0f 65%% 54%%)", (390 - 175 * fraction) % 360);
    }

    /** The noise levels of a band. */
    String sigmas(int band) {
        return bands.largest(band) == bands.smallest(band)
                ? Text.of("σ %.3g", bands.largest(band))
                : Text.of("σ %.3g–%.3g", bands.largest(band), bands.smallest(band));
    }

    int bandCount() {
        return bands.count();
    }

    /** The loss against σ during training: means over parts of the run, each twice as long as the one before. */
    private Optional<Chart> lossOverSigma() {
        if (bands.count() == 1 || readings.isEmpty()) {
            return Optional.empty();
        }
        double[] sigmas = new double[bands.count()];
        Arrays.setAll(sigmas, band -> Math.sqrt(bands.largest(band) * bands.smallest(band)));
        List<Figure.Mark> lines = new ArrayList<>();
        List<Pen> pens = new ArrayList<>();
        boolean positive = true;
        int from = 0;
        for (int stretch = 0; stretch < STRETCHES; stretch++) {
            int to = (int) Math.round(readings.size() * Math.pow(2, stretch - STRETCHES + 1));
            if (to > from) {
                List<Metrics.Reading> part = readings.subList(from, to);
                double[] loss = new double[bands.count()];
                Arrays.setAll(loss, band -> meanIn(part, band));
                positive &= positive(loss);
                String label = Text.of("to step %,d", part.get(part.size() - 1).step());
                lines.add(new Figure.Line(label, sigmas, loss));
                pens.add(MEASURED.faded((1.0 + stretch) / STRETCHES));
            }
            from = to;
        }
        if (zeroCosts().isPresent()) {
            double half = zeroCosts().get();
            lines.add(new Figure.Line(
                    zero(), new double[] {sigmas[0], sigmas[sigmas.length - 1]}, new double[] {half, half}));
            pens.add(COMPARED);
        }
        return chart(
                "loss-over-sigma",
                "Loss against noise level",
                "noise level σ",
                lines,
                pens,
                positive,
                "Means over parts of the run, each twice as long as the one before.");
    }

    private static double meanIn(List<Metrics.Reading> part, int band) {
        return part.stream()
                .mapToDouble(reading -> lossIn(reading, band))
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    private Optional<Chart> gradientNorm() {
        double[] norm = column(Metrics.Reading::gradientNorm);
        double clip = configuration.training().clip();
        List<Figure.Mark> lines = new ArrayList<>();
        List<Pen> pens = new ArrayList<>();
        addWithMeans("norm before clipping", norm, lines, pens);
        if (norm.length > 0) {
            lines.add(level(Text.of("clipped to %s", Text.number(clip)), clip));
            pens.add(COMPARED);
        }
        return chart("gradient-norm", "Gradient norm", "step", lines, pens, positive(norm), "");
    }

    private Optional<Chart> speed() {
        List<Figure.Mark> lines = new ArrayList<>();
        List<Pen> pens = new ArrayList<>();
        addWithMeans(samples + "/s", column(TrainingCharts::speed), lines, pens);
        return chart("speed", "Speed, " + samples + " a second", "step", lines, pens, false, "");
    }

    /** Adds a line of readings; if there are many, it is pale, with their means drawn over it. */
    private void addWithMeans(String label, double[] numbers, List<Figure.Mark> lines, List<Pen> pens) {
        boolean many = numbers.length > MEANS;
        lines.add(new Figure.Line(label, column(Metrics.Reading::step), numbers));
        pens.add(many ? MEASURED.faded(PALE) : MEASURED);
        if (many) {
            lines.add(means("means of " + (numbers.length + MEANS - 1) / MEANS + " readings", numbers));
            pens.add(MEASURED);
        }
    }

    /** Means over groups of neighbouring readings, each at the middle of its group. */
    private Figure.Line means(String label, double[] numbers) {
        int length = (numbers.length + MEANS - 1) / MEANS;
        int stretches = (numbers.length + length - 1) / length;
        double[] steps = new double[stretches];
        double[] means = new double[stretches];
        for (int stretch = 0; stretch < stretches; stretch++) {
            int from = stretch * length;
            int to = Math.min(numbers.length, from + length);
            steps[stretch] = (readings.get(from).step() + readings.get(to - 1).step()) / 2.0;
            means[stretch] = Arrays.stream(numbers, from, to)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
        }
        return new Figure.Line(label, steps, means);
    }

    /** A horizontal line over the range of the readings. */
    private Figure.Line level(String label, double at) {
        double first = readings.get(0).step();
        double last = readings.get(readings.size() - 1).step();
        return new Figure.Line(label, new double[] {first, last}, new double[] {at, at});
    }

    private static Optional<Chart> chart(
            String name,
            String title,
            String across,
            List<Figure.Mark> lines,
            List<Pen> pens,
            boolean logarithmic,
            String note) {
        boolean measured = false;
        for (int i = 0; i < pens.size(); i++) {
            double[] numbers = ((Figure.Line) lines.get(i)).y();
            measured |= !pens.get(i).dashed() && Arrays.stream(numbers).anyMatch(Double::isFinite);
        }
        if (!measured) {
            return Optional.empty();
        }
        Axis x = across.contains("σ") ? Axis.logarithmic(across) : Axis.linear(across);
        // A loss falls by orders of magnitude at first; a logarithmic axis also shows the rest. Losses of exact and
        // sliced score matching can be negative.
        Axis y = logarithmic ? Axis.logarithmic("") : Axis.linear("");
        return Optional.of(new Chart(new Figure(name, title, x, y, lines), note, pens));
    }

    private static boolean positive(double[] numbers) {
        return Arrays.stream(numbers).filter(Double::isFinite).allMatch(number -> number > 0);
    }

    private double[] column(Function<Metrics.Reading, ? extends Number> number) {
        return readings.stream()
                .mapToDouble(reading -> number.apply(reading).doubleValue())
                .toArray();
    }

    /** The loss in a band; NaN if no sample was in the band, or if it was not recorded. */
    static double lossIn(Metrics.Reading reading, int band) {
        List<@Nullable Double> losses = reading.lossByBand();
        Double loss = losses == null || band >= losses.size() ? null : losses.get(band);
        return loss == null ? Double.NaN : loss;
    }

    /** The speed; NaN if it was not measured. */
    static double speed(Metrics.Reading reading) {
        return reading.samplesPerSecond() == null ? Double.NaN : reading.samplesPerSecond();
    }
}
