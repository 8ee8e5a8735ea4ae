package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scorefield.autodiff.Shape;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.setting.BadConfigurationException;

class CheckpointTest {

    @TempDir
    private Path folder;

    private static Checkpoint some() {
        Checkpoint start = Tiny.start(Tiny.configuration(Map.of("seed", -5)));
        int size = start.state().parameters().length;
        float[] m = new float[size];
        float[] v = new float[size];
        for (int i = 0; i < size; i++) {
            m[i] = -i;
            v[i] = i * 0.5f;
        }
        return new Checkpoint(
                start.configuration(),
                start.data(),
                new TrainingState(123, start.state().parameters(), List.of(m.clone()), m, v, Optional.empty()));
    }

    private Path written() throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        some().write(file);
        return file;
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Checkpoint read = Checkpoint.read(written());
        assertThat(read.state()).isEqualTo(some().state());
        assertThat(read.data()).isEqualTo(some().data());
        assertThat(read.configuration().toMap())
                .isEqualTo(some().configuration().toMap());
    }

    @Test
    void readsANetworkWithAttention() throws IOException {
        Configuration configuration = Tiny.configuration(Map.of("seed", 3))
                .with("model.attention", List.of(8, 4))
                .with("model.channels-per-head", 4)
                .with("model.dropout", 0.1);
        Checkpoint start = Tiny.start(configuration);
        Path file = folder.resolve("attention.safetensors");
        start.write(file);
        assertThat(Safetensors.read(file)
                        .array("ema.down.1.attn.proj_out.weight")
                        .shape())
                .containsExactly(8, 8, 1, 1);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.state()).isEqualTo(start.state());
        assertThat(read.configuration().toMap()).isEqualTo(configuration.toMap());
        assertThat(read.network().parameters().list())
                .isEqualTo(start.network().parameters().list());
    }

    @Test
    void attentionAtAResolutionWithoutALevelIsRefused() {
        Configuration configuration = Tiny.configuration(Map.of()).with("model.attention", 7);
        assertThatThrownBy(() -> Tiny.start(configuration))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith(
                        "model.attention must be resolutions of the network's levels, which are [8, 4]");
    }

    @Test
    void isAsPyTorchExpectsIt() throws IOException {
        Safetensors file = Safetensors.read(written());
        assertThat(file.array("down.0.conv1.weight").shape()).containsExactly(4, 4, 3, 3);
        assertThat(file.array("down.1.conv1.weight").shape()).containsExactly(8, 4, 3, 3);
        assertThat(file.array("embed.0.weight").shape()).containsExactly(16, 4);
        assertThat(file.arrays())
                .containsKeys("ema.down.0.conv1.weight", "adam.m.conv_out.bias", "adam.v.conv_out.bias");
        assertThat(file.array("training.step").longs()).containsExactly(123);
        assertThat(file.array("training.generator").ints()).containsExactly(-5, -1, 123, 0);
        // 123 steps of 4 are 49 times 10 images and 2 more.
        assertThat(file.array("training.cursor").longs()).containsExactly(49, 2);
    }

    @Test
    void aFileThatIsCutShortIsRefused() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 5, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> Checkpoint.read(file))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }

    @Test
    void aFileInWhichABitWasChangedIsRefused() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        for (int at : new int[] {9, 400, bytes.length / 2, bytes.length - 1}) {
            byte[] altered = bytes.clone();
            altered[at] ^= 1;
            Files.write(file, altered);
            assertThatThrownBy(() -> Checkpoint.read(file))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(file + ": ");
        }
    }

    @Test
    void aSafetensorsFileThatIsNoCheckpointIsRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        Safetensors.of(Map.of(), Map.of("a", Array.of(new float[1], 1))).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("is not a checkpoint that this version reads");
    }

    @Test
    void anArrayThatIsMissingOrOfAnotherShapeIsNamed() throws IOException {
        Path file = written();
        Safetensors whole = Safetensors.read(file);
        Map<String, Array> arrays = new LinkedHashMap<>(whole.arrays());
        arrays.remove("adam.v.mid.0.norm1.weight");
        Safetensors.of(whole.metadata(), arrays).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessage(file + ": it lacks the array adam.v.mid.0.norm1.weight, F32[8]");
        arrays.put("adam.v.mid.0.norm1.weight", Array.of(new float[3], 3));
        Safetensors.of(whole.metadata(), arrays).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .hasMessage(file
                        + ": its array adam.v.mid.0.norm1.weight is F32[3], but its configuration asks for F32[8]");
    }

    @Test
    void otherDataAreRefused() {
        Checkpoint checkpoint = some();
        checkpoint.requireData(new Digits(1, 8, 8).generate(10));
        assertThatThrownBy(() -> checkpoint.requireData(new Digits(2, 8, 8).generate(10)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageStartingWith("data.source: the run was trained on digits (10 images of 8×8×1, SHA-256 ");
    }

    @Test
    void imagesThatTheNetworkCannotHalveAreRefused() {
        assertThatThrownBy(() -> Checkpoint.network(some().configuration(), Shape.of(9, 8, 1)))
                .isInstanceOf(BadConfigurationException.class)
                .hasMessageContaining("9×8")
                .hasMessageContaining("data.size");
    }

    /** Values that no setting and no fact about data is written with, and some that one is. */
    private static final List<String> HOSTILE = List.of(
            "null",
            "\"auto\"",
            "\"x\"",
            "-1",
            "0",
            "1",
            "1024",
            "65536",
            "2147483647",
            "99999999999999999999",
            "1e-300",
            "1e30",
            "1e999",
            "[]",
            "[-1]",
            "[32, 32, 32, 32]",
            "[null]",
            "{}",
            "[2147483647, 2147483647, 2147483647]",
            "[8, 8]");

    /** As if with a checksum that is right. */
    private static void refusedOrRead(Safetensors whole, Map<String, String> changed, String what) {
        Map<String, String> metadata = new LinkedHashMap<>(whole.metadata());
        metadata.putAll(changed);
        try {
            Checkpoint read = Checkpoint.of(Safetensors.of(metadata, whole.arrays()));
            read.data().sample();
            read.configuration().sampler();
            assertThat(read.network().parameters().size())
                    .as(what)
                    .isEqualTo(read.state().parameters().length);
        } catch (BadFileException | BadConfigurationException e) {
            assertThat(e.getMessage()).as(what).doesNotContain("\n").hasSizeLessThan(3_000);
        }
    }

    @Test
    @Timeout(120)
    void aHostileSettingWithARightChecksumIsRefusedInOneLine() throws IOException {
        Safetensors whole = Safetensors.read(written());
        String key = "scorefield.configuration";
        JsonObject configuration =
                JsonParser.parseString(whole.metadata().get(key)).getAsJsonObject();
        for (String section : configuration.keySet()) {
            for (String name : configuration.getAsJsonObject(section).keySet()) {
                for (String value : HOSTILE) {
                    JsonObject altered = configuration.deepCopy();
                    altered.getAsJsonObject(section).add(name, JsonParser.parseString("0"));
                    String json = altered.toString().replace("\"" + name + "\":0", "\"" + name + "\":" + value);
                    refusedOrRead(whole, Map.of(key, json), section + "." + name + "=" + value);
                }
                JsonObject without = configuration.deepCopy();
                without.getAsJsonObject(section).remove(name);
                refusedOrRead(whole, Map.of(key, without.toString()), section + " without " + name);
            }
            for (String value : HOSTILE) {
                String json = "{\"" + section + "\":" + value + "}";
                refusedOrRead(whole, Map.of(key, json), json);
            }
        }
        String text = configuration.toString();
        for (int length = 0; length < text.length(); length += 7) {
            refusedOrRead(whole, Map.of(key, text.substring(0, length)), "cut at " + length);
        }
        for (String json : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000), "[]", "null", "", text + text)) {
            refusedOrRead(whole, Map.of(key, json), json.substring(0, Math.min(9, json.length())));
        }
    }

    @Test
    void hostileFactsAboutTheDataAreRefusedInOneLine() throws IOException {
        Safetensors whole = Safetensors.read(written());
        String key = "scorefield.data";
        JsonObject data = JsonParser.parseString(whole.metadata().get(key)).getAsJsonObject();
        for (String name : data.keySet()) {
            for (String value : HOSTILE) {
                JsonObject altered = data.deepCopy();
                altered.add(name, JsonParser.parseString("0"));
                String json = altered.toString().replace("\"" + name + "\":0", "\"" + name + "\":" + value);
                refusedOrRead(whole, Map.of(key, json), json);
            }
            JsonObject without = data.deepCopy();
            without.remove(name);
            refusedOrRead(whole, Map.of(key, without.toString()), "without " + name);
        }
        String text = data.toString();
        for (int length = 0; length < text.length(); length++) {
            refusedOrRead(whole, Map.of(key, text.substring(0, length)), "cut at " + length);
        }
        refused(Map.of(key, text.replace("[8,8,1]", "[8,8]")), "dims must be H, W, C of images in BYTE");
        refused(Map.of(key, text.replace("[8,8,1]", "[8,0,1]")), "dims[1] must be a whole number from 1 to");
        refused(Map.of(key, text.replace("\"count\":10", "\"count\":0")), "count must be a whole number from 1 to");
        refused(Map.of(key, text.replace("BYTE", "HALF")), "dtype must be one of [");
        refused(Map.of(key, "[".repeat(100_000)), "is nested deeper than 64 levels");
    }

    private void refused(Map<String, String> changed, String message) throws IOException {
        Safetensors whole = Safetensors.read(written());
        Path file = folder.resolve("refused.safetensors");
        Map<String, String> metadata = new LinkedHashMap<>(whole.metadata());
        metadata.putAll(changed);
        Safetensors.of(metadata, whole.arrays()).write(file);
        assertThatThrownBy(() -> Checkpoint.read(file))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    /** A network of 1,024 channels has 100 million parameters; no memory is taken for them before the file turns out not to hold them. */
    @Test
    void aFileThatClaimsALargeNetworkIsRefusedBeforeMemoryIsTaken() throws IOException {
        String json = Safetensors.read(written()).metadata().get("scorefield.configuration");
        Map<String, String> large =
                Map.of("scorefield.configuration", json.replace("\"channels\":4", "\"channels\":1024"));
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        refused(large, "its array embed.0.weight is F32[16, 4], but its configuration asks for F32[4096, 1024]");
        long taken = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(taken).isLessThan(64L << 20);
        refused(
                Map.of(
                        "scorefield.configuration",
                        json.replace("\"channels\":4", "\"channels\":1024")
                                .replace("\"multipliers\":[1,2]", "\"multipliers\":[8,8]")),
                "the network would have more than 2^31-1 parameters; make it smaller");
    }

    @Test
    void stepsAndNumbersThatNoRunHasAreRefused() throws IOException {
        Safetensors whole = Safetensors.read(written());
        Path file = folder.resolve("altered.safetensors");
        for (long step : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, TrainingSettings.MOST_STEPS + 1}) {
            Map<String, Array> arrays = new LinkedHashMap<>(whole.arrays());
            arrays.put("training.step", Array.of(new long[] {step}, 1));
            Safetensors.of(whole.metadata(), arrays).write(file);
            assertThatThrownBy(() -> Checkpoint.read(file))
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(
                            file + ": its array training.step must be from 0 to 1000000000000; it is " + step);
        }
        for (float number : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (String name :
                    List.of("conv_out.bias", "ema.conv_out.bias", "adam.m.conv_out.bias", "adam.v.conv_out.bias")) {
                Map<String, Array> arrays = new LinkedHashMap<>(whole.arrays());
                arrays.put(name, Array.of(new float[] {number}, 1));
                Safetensors.of(whole.metadata(), arrays).write(file);
                assertThatThrownBy(() -> Checkpoint.read(file))
                        .isInstanceOf(BadFileException.class)
                        .hasMessageStartingWith(file + ": its array " + name + " holds " + number);
            }
        }
    }
}
