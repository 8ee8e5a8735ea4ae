package scorefield.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.figure.Figure;

/**
 * How the cost of a step grows with the batch, the channels and the size of the images: images per second, the peak memory of training, and
 * the exponents of their power laws. libtorch takes part in the faster of its formats that are right, ONNX Runtime in sampling.
 *
 * <p>Every measurement has a process of its own, because a peak of memory cannot be undone. Sizes come in ascending order, and a series
 * ends where its time is over.
 */
final class Growth {

    /** What grows. The other two quantities are chosen so that the largest step takes some seconds on two processor cores. */
    enum Axis {
        BATCH("batch", new int[] {1, 2, 4, 8, 16, 32, 64, 128, 256}, images -> Workload.grey(32, 28, images)),
        CHANNELS("channels", new int[] {16, 20, 24, 32, 48, 64, 96, 128}, channels -> Workload.grey(channels, 28, 16)),
        SIZE("image size", new int[] {16, 24, 32, 48, 64, 96, 128}, size -> Workload.grey(32, size, 4));

        private final String label;
        private final int[] sizes;
        private final IntFunction<Workload> workload;

        Axis(String label, int[] sizes, IntFunction<Workload> workload) {
            this.label = label;
            this.sizes = sizes;
            this.workload = workload;
        }
    }

    /**
     * The measurements of one peer at one size.
     *
     * @param imagesPerSecond the median over the turns
     * @param peakBytes the peak memory of training; 0 for a sampling step
     */
    record Point(int size, double imagesPerSecond, long peakBytes) {}

    /**
     * The measurements of one peer.
     *
     * @param stopped why there are no larger sizes; empty if there are all
     */
    record Series(String peer, Steps step, Axis axis, List<Point> points, String stopped) {

        Optional<Point> at(int size) {
            return points.stream().filter(point -> point.size() == size).findFirst();
        }

        private double[] sizes() {
            return points.stream().mapToDouble(Point::size).toArray();
        }

        private double[] speeds() {
            return points.stream().mapToDouble(Point::imagesPerSecond).toArray();
        }

        private double[] megabytes() {
            return points.stream().mapToDouble(point -> point.peakBytes() / 1e6).toArray();
        }

        /** The exponent of the time of a step. */
        Optional<Double> timeExponent() {
            double[] seconds = points.stream()
                    .mapToDouble(point -> axis.workload.apply(point.size()).images() / point.imagesPerSecond())
                    .toArray();
            return exponent(seconds);
        }

        /** The exponent of the peak memory. */
        Optional<Double> memoryExponent() {
            return step == Steps.TRAINING ? exponent(megabytes()) : Optional.empty();
        }

        private Optional<Double> exponent(double[] y) {
            return points.size() < 2
                    ? Optional.empty()
                    : Optional.of(PowerLaw.fit(sizes(), y).exponent());
        }
    }

    private static final int TURNS = 3;
    private static final double TURN_SECONDS = 0.4;
    private static final int CHOOSING_ROUNDS = 3;

    /** For one series: there are eight, and all take less than ten minutes. */
    private static final double LIMIT_SECONDS = 60;

    private Growth() {}

    static void run(Options options, Path docs, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        List<String> notes = new ArrayList<>();
        Candidate ours = Peers.scorefield(options.device());
        Optional<Candidate> libtorch = fastestLibtorch(notes);
        Optional<Candidate> onnx = new Rehearsal(Steps.SAMPLING::outcome).right(Peers.onnxRuntime(), notes);
        StringBuilder text = new StringBuilder();
        notes.forEach(note ->
                text.append("- wrong results, not measured: ").append(note).append('\n'));
        text.append('\n');
        Map<String, Object> data = new LinkedHashMap<>();
        for (Axis axis : Axis.values()) {
            List<Series> series = new ArrayList<>();
            series.add(measure(ours, Steps.TRAINING, axis));
            if (libtorch.isPresent()) {
                series.add(measure(libtorch.get(), Steps.TRAINING, axis));
            }
            if (axis == Axis.BATCH) {
                series.add(measure(ours, Steps.SAMPLING, axis));
                if (onnx.isPresent()) {
                    series.add(measure(onnx.get(), Steps.SAMPLING, axis));
                }
            }
            section(text, docs, axis, series);
            data.put(axis.label, series);
        }
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add("growth", "How cost grows", machine, text.toString(), List.of(), Results.json(data));
    }

    /** The format of libtorch that is right, and the faster on the default network. */
    private static Optional<Candidate> fastestLibtorch(List<String> notes) throws IOException, InterruptedException {
        Rehearsal rehearsal = new Rehearsal(Steps.TRAINING::outcome);
        Map<String, Candidate> right = new LinkedHashMap<>();
        for (Candidate candidate : Peers.libtorch()) {
            rehearsal.right(candidate, notes).ifPresent(found -> right.put(found.name(), found));
        }
        List<PeerProcess> started = new ArrayList<>();
        try {
            for (Candidate candidate : right.values()) {
                started.add(candidate.start(Workload.grey(32, 28, 16)));
            }
            List<Race.Lane> lanes = Race.run(started, PeerProcess::train, 16, CHOOSING_ROUNDS, Race.Pace.OPERATIONS);
            return Race.fastest(lanes).map(lane -> right.get(lane.peer()));
        } finally {
            for (PeerProcess peer : started) {
                peer.close();
            }
        }
    }

    private static Series measure(Candidate candidate, Steps step, Axis axis) throws InterruptedException {
        List<Point> points = new ArrayList<>();
        String stopped = "";
        long start = System.nanoTime();
        for (int size : axis.sizes) {
            if (System.nanoTime() - start > 1e9 * LIMIT_SECONDS) {
                stopped = "not measured from " + size + " on, because the time was over";
                break;
            }
            try {
                Point point = measure(candidate, step, size, axis.workload.apply(size));
                points.add(point);
                System.out.printf(
                        Locale.ROOT,
                        "  %s, %s, %s %d: %.1f images/s, %d MB%n",
                        step.title(),
                        candidate.name(),
                        axis.label,
                        size,
                        point.imagesPerSecond(),
                        point.peakBytes() / 1_000_000);
            } catch (IOException e) {
                stopped = "fails at " + size + ": " + e.getMessage();
                break;
            }
        }
        return new Series(candidate.name(), step, axis, points, stopped);
    }

    private static Point measure(Candidate candidate, Steps step, int size, Workload workload)
            throws IOException, InterruptedException {
        double[] speeds = new double[TURNS];
        try (PeerProcess peer = candidate.start(workload)) {
            step.time(peer, 2); // compiles, and warms up
            long once = step.time(peer, 1).nanoseconds();
            int steps = (int) Math.max(1, Math.round(1e9 * TURN_SECONDS / once));
            for (int turn = 0; turn < TURNS; turn++) {
                speeds[turn] = workload.images()
                        * (steps * 1e9 / step.time(peer, steps).nanoseconds());
            }
            return new Point(
                    size, Race.quantile(speeds, 0.5), step == Steps.TRAINING ? peak(candidate, workload, peer) : 0);
        }
    }

    /** The peak memory of training: this process's, unless it was started with settings that take memory to be fast. */
    private static long peak(Candidate candidate, Workload workload, PeerProcess peer)
            throws IOException, InterruptedException {
        Candidate small = Peers.small(candidate);
        return small.equals(candidate) ? peer.peakMemory() : Memory.peak(small, workload);
    }

    /** Adds a section to the document, and draws its figures beside the results. */
    static void section(StringBuilder text, Path docs, Axis axis, List<Series> series) throws IOException {
        text.append("### Against the ")
                .append(axis.label)
                .append("\n\n| ")
                .append(axis.label)
                .append(" |");
        for (Series one : series) {
            String what = one.step() == Steps.TRAINING ? "training" : "sampling";
            text.append(" %s, %s: images/s |".formatted(one.peer(), what));
            if (one.step() == Steps.TRAINING) {
                text.append(" peak MB |");
            }
        }
        long columns = series.size()
                + series.stream().filter(one -> one.step() == Steps.TRAINING).count();
        text.append("\n| --- |").append(" --- |".repeat((int) columns)).append('\n');
        for (int size : axis.sizes) {
            text.append("| ").append(size).append(" |");
            for (Series one : series) {
                text.append(cell("%.1f", one.at(size).map(Point::imagesPerSecond)));
                if (one.step() == Steps.TRAINING) {
                    text.append(cell("%.0f", one.at(size).map(point -> point.peakBytes() / 1e6)));
                }
            }
            text.append('\n');
        }
        text.append("| exponent |");
        for (Series one : series) {
            text.append(cell("time of a step: %.2f", one.timeExponent()));
            if (one.step() == Steps.TRAINING) {
                text.append(cell("%.2f", one.memoryExponent()));
            }
        }
        text.append("\n\n");
        for (Series one : series) {
            if (!one.stopped().isEmpty()) {
                text.append("- ")
                        .append(one.peer())
                        .append(": ")
                        .append(one.stopped())
                        .append('\n');
            }
        }
        String name = "growth-" + axis.name().toLowerCase(Locale.ROOT);
        figure(docs, name, "Images per second against the " + axis.label, axis, "images/s", series, Series::speeds)
                .ifPresent(text::append);
        figure(
                        docs,
                        name + "-memory",
                        "Peak memory of training against the " + axis.label,
                        axis,
                        "MB",
                        series.stream()
                                .filter(one -> one.step() == Steps.TRAINING)
                                .toList(),
                        Series::megabytes)
                .ifPresent(text::append);
    }

    private static String cell(String format, Optional<Double> number) {
        return " "
                + number.map(value -> String.format(Locale.ROOT, format, value)).orElse("–") + " |";
    }

    /** Draws a figure beside the results, and returns the line of the document that shows it. */
    private static Optional<String> figure(
            Path docs,
            String name,
            String title,
            Axis axis,
            String unit,
            List<Series> series,
            Function<Series, double[]> y)
            throws IOException {
        List<Figure.Mark> marks = new ArrayList<>();
        for (Series one : series) {
            if (!one.points().isEmpty()) {
                String label = one.peer() + (one.step() == Steps.TRAINING ? ", training" : ", sampling");
                marks.add(new Figure.Line(label, one.sizes(), y.apply(one)));
            }
        }
        if (marks.isEmpty()) {
            return Optional.empty();
        }
        Figure figure =
                new Figure(name, title, Figure.Axis.logarithmic(axis.label), Figure.Axis.logarithmic(unit), marks);
        Path file = docs.resolve("performance").resolve(name + ".png");
        Plot.write(file, figure);
        return Optional.of("\n![%s](performance/%s.png)\n".formatted(title, name));
    }
}
