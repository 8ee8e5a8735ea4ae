package scorefield.ncsn.run;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.training.Statistics;

/** The file {@code metrics.jsonl}: one line of JSON for each reading of the loss. */
public final class Metrics {

    /**
     * One reading.
     *
     * @param step after which it was taken
     * @param epoch how often the data set has been seen
     * @param loss the mean since the reading before
     * @param gradientNorm the mean global norm of the gradient before clipping, since the reading before
     * @param lossByBand the mean loss of the samples in each of the noise levels' {@link scorefield.ncsn.training.NoiseBands}, the largest
     *     levels first, since the reading before; null where there was no sample. A run that was begun before it was recorded has none.
     * @param samplesPerSecond since the reading before; null where that would count the first step, which compiles every kernel
     */
    public record Reading(
            long step,
            double epoch,
            double loss,
            double gradientNorm,
            @Nullable List<@Nullable Double> lossByBand,
            @Nullable Double samplesPerSecond) {

        private static Reading of(Json line) {
            return new Reading(
                    line.member("step").whole(0, Long.MAX_VALUE),
                    line.member("epoch").number(0),
                    line.member("loss").number(),
                    line.member("gradientNorm").number(0),
                    line.find("lossByBand").map(Reading::bands).orElse(null),
                    line.find("samplesPerSecond").map(speed -> speed.number(0)).orElse(null));
        }

        private static List<@Nullable Double> bands(Json list) {
            List<@Nullable Double> bands = new ArrayList<>();
            list.list().forEach(band -> bands.add(band.isNull() ? null : band.number()));
            return bands;
        }

        /** The trainer's statistics, with the speed where it is known. */
        public static Reading of(long step, double epoch, Statistics statistics, @Nullable Double samplesPerSecond) {
            List<@Nullable Double> lossByBand = new ArrayList<>();
            // JSON cannot write NaN.
            statistics.lossByBand().forEach(loss -> lossByBand.add(loss.isNaN() ? null : loss));
            return new Reading(step, epoch, statistics.loss(), statistics.gradientNorm(), lossByBand, samplesPerSecond);
        }
    }

    private static final String REMEDY = "remove the line, or the file; only the record of the loss is lost";

    private static final Gson JSON = new Gson();

    private final Path path;
    private final List<Reading> readings;

    private Metrics(Path path, List<Reading> readings) {
        this.path = path;
        this.readings = readings;
    }

    /**
     * Opens a run's metrics to go on from a checkpoint: what was written after it is dropped, because it comes again, and so is a line
     * that the end of the program cut short.
     */
    public static Metrics continuing(Path path, long step) throws IOException {
        List<Reading> kept = new ArrayList<>(read(path));
        kept.removeIf(reading -> reading.step() > step);
        StringBuilder text = new StringBuilder();
        kept.forEach(reading -> text.append(JSON.toJson(reading)).append('\n'));
        AtomicFile.write(path, text.toString().getBytes(StandardCharsets.UTF_8));
        return new Metrics(path, kept);
    }

    /**
     * All that a run's file holds, but for a last line that was cut short; nothing where there is no file yet.
     *
     * @throws scorefield.ncsn.file.BadFileException if another line is no reading
     */
    public static List<Reading> read(Path path) throws IOException {
        return Files.notExists(path)
                ? List.of()
                : Json.readLines(path, REMEDY).stream().map(Reading::of).toList();
    }

    /** Adds a line. */
    public void add(Reading reading) throws IOException {
        readings.add(reading);
        byte[] line = (JSON.toJson(reading) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(path, line, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw new IOException("cannot write " + path + ": " + IoReason.of(e), e);
        }
    }

    /** All readings, those of the runs that this one continues included. */
    public List<Reading> readings() {
        return List.copyOf(readings);
    }
}
