package scorefield.ncsn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.run.Metrics.Reading;
import scorefield.ncsn.run.RunHistory.Outcome;
import scorefield.ncsn.run.RunHistory.Session;

/** What a run writes down beside its checkpoint is read with care: people edit it, and a program that is killed cuts it short. */
class RecordsTest {

    private static final Reading FIRST = new Reading(20, 0.5, 1.5e-7, 3, Arrays.asList(null, 2.5), null);
    private static final Reading SECOND = new Reading(40, 1, 1.25e-7, 2, Arrays.asList(1.0, 2.0), 1e6);

    private static final List<String> HOSTILE = List.of(
            "null",
            "true",
            "\"\"",
            "\"20\"",
            "-1",
            "1.5",
            "-0.5",
            "1e30",
            "1e999",
            "99999999999999999999",
            "NaN",
            "Infinity",
            "-Infinity",
            "[]",
            "[[]]",
            "[\"1\"]",
            "{}",
            "{\"a\":1}");

    @TempDir
    private Path folder;

    private Path metrics() throws IOException {
        Path file = folder.resolve("metrics.jsonl");
        Files.deleteIfExists(file);
        Metrics written = Metrics.continuing(file, 0);
        written.add(FIRST);
        written.add(SECOND);
        return file;
    }

    @Test
    void metricsThatAreCutAnywhereGoOnFromTheLastWholeLine() throws IOException {
        Path file = metrics();
        byte[] whole = Files.readAllBytes(file);
        int firstLine = Files.readAllLines(file).get(0).length();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<Reading> expected = new ArrayList<>();
            if (length >= firstLine) {
                expected.add(FIRST);
            }
            if (length >= whole.length - 1) {
                expected.add(SECOND);
            }
            assertThat(Metrics.read(file)).as("%d bytes", length).isEqualTo(expected);
            Metrics.continuing(file, 40).add(new Reading(60, 1.5, 1, 1, null, null));
            assertThat(Metrics.read(file)).as("%d bytes", length).hasSize(expected.size() + 1);
        }
        assertThat(Metrics.read(folder.resolve("none.jsonl"))).isEmpty();
    }

    @Test
    void aLineInTheMiddleThatIsNoReadingIsNamed() throws IOException {
        Path file = metrics();
        List<String> lines = Files.readAllLines(file);
        String end = "; remove the line, or the file; only the record of the loss is lost";
        refused(file, lines.get(0).replace("1.5E-7", "NaN"), ", line 1: is not JSON: there is a mistake in line 1");
        refused(file, lines.get(0).replace("1.5E-7", "null"), ", line 1: lacks 'loss'" + end);
        refused(file, lines.get(0).replace("20", "-20"), ", line 1: step must be a whole number from 0 to");
        refused(
                file,
                lines.get(0).replace("0.5", "\"0.5\""),
                ", line 1: epoch must be a number of at least 0; it is the text");
        refused(file, lines.get(0).replace("1.5E-7", "1.5E-"), ", line 1: is not JSON");
        refused(file, lines.get(0) + lines.get(1), ", line 1: is not JSON");
        refused(file, "", ", line 1: is not JSON");
        refused(file, "\u0000\u0000", ", line 1: is not JSON");
        byte[] latin = (lines.get(0).replace("epoch", "\u00e9poch") + "\n").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, latin);
        assertThatThrownBy(() -> Metrics.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessage(file + ", line 1: is not a text in UTF-8" + end);
        JsonObject reading = JsonParser.parseString(lines.get(0)).getAsJsonObject();
        for (String name : reading.keySet()) {
            for (String value : HOSTILE) {
                JsonObject altered = reading.deepCopy();
                altered.addProperty(name, "HERE");
                Files.writeString(file, altered.toString().replace("\"HERE\"", value) + "\n");
                readOrRefused(() -> Metrics.read(file), file);
            }
        }
    }

    private void refused(Path file, String line, String message) throws IOException {
        Files.writeString(file, line + "\n");
        assertThatThrownBy(() -> Metrics.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + message);
    }

    private interface Reader {
        void read() throws IOException;
    }

    private static void readOrRefused(Reader reader, Path file) throws IOException {
        try {
            reader.read();
        } catch (BadFileException e) {
            assertThat(e.getMessage())
                    .startsWith(file.toString())
                    .contains("; remove the ")
                    .doesNotContain("\n");
        }
    }

    @Test
    void aHistoryIsReadAsItWasWrittenAndRefusedOtherwise() throws IOException {
        Path file = folder.resolve("run.json");
        RunHistory history = new RunHistory(
                "digits",
                List.of("training.steps"),
                "runs/other",
                List.of(
                        new Session(
                                "2026-01-01T00:00:00Z",
                                "a device",
                                "1.0",
                                0,
                                20,
                                1.5,
                                Outcome.DIVERGED,
                                "step 20: \u2207"),
                        new Session("2026-01-02T00:00:00Z", "a device", "1.0", 20, 40, 2, Outcome.FINISHED, null)));
        history.write(file);
        assertThat(RunHistory.read(file)).isEqualTo(history);
        assertThat(RunHistory.read(folder.resolve("none.json"))).isEqualTo(RunHistory.UNKNOWN);

        String whole = Files.readString(file).strip();
        for (int length = 0; length < whole.length(); length++) {
            Files.writeString(file, whole.substring(0, length));
            assertThatThrownBy(() -> RunHistory.read(file))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(file + ": ");
        }
        Files.write(file, whole.getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> RunHistory.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessage(file
                        + ": is not a text in UTF-8; remove the file; only the record of the run's sessions is lost");

        JsonObject json = JsonParser.parseString(whole).getAsJsonObject();
        for (String value : HOSTILE) {
            for (String name : json.keySet()) {
                JsonObject altered = json.deepCopy();
                altered.addProperty(name, "HERE");
                Files.writeString(file, altered.toString().replace("\"HERE\"", value));
                readOrRefused(() -> RunHistory.read(file), file);
            }
            for (String name : session(json).keySet()) {
                JsonObject altered = json.deepCopy();
                session(altered).addProperty(name, "HERE");
                Files.writeString(file, altered.toString().replace("\"HERE\"", value));
                readOrRefused(() -> RunHistory.read(file), file);
            }
        }
        Files.writeString(file, whole.replace("\"from\": 20", "\"from\": null"));
        assertThatThrownBy(() -> RunHistory.read(file))
                .hasMessageStartingWith(file + ": sessions[1] lacks 'from'; remove");
        Files.writeString(file, whole.replace("\"FINISHED\"", "\"DONE\""));
        assertThatThrownBy(() -> RunHistory.read(file))
                .hasMessageStartingWith(file + ": sessions[1].outcome must be one of [RUNNING, ");
    }

    private static JsonObject session(JsonElement history) {
        return history.getAsJsonObject().getAsJsonArray("sessions").get(1).getAsJsonObject();
    }
}
