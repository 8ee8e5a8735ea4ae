package scorefield.ncsn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ConfigurationYaml;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.BadFileException;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.file.Npy;
import scorefield.ncsn.file.Safetensors;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.RunHistory;
import scorefield.ncsn.setting.BadConfigurationException;

/**
 * Random mutations of whole files: each is read, or refused with the exception that is for a person, soon. {@code bin/fuzz readers} makes a
 * million of each kind with another seed.
 */
class ReadersFuzzTest {

    private static final int COUNT = Integer.getInteger("scorefield.fuzz.count", 500);
    private static final long SEED = Long.getLong("scorefield.fuzz.seed", 1);

    /** What parsers stumble over. */
    private static final List<String> PIECES = List.of(
            "\0",
            "\uFEFF",
            "\"",
            "{",
            "}",
            "[",
            "]",
            "[[[[[[[[",
            "{\"a\":",
            ":",
            ",",
            "-",
            "-1",
            "1e999",
            "1e-",
            "NaN",
            "Infinity",
            "null",
            "true",
            "9223372036854775808",
            "99999999999999999999999",
            "&a ",
            "*a",
            "!!binary ",
            "%",
            "\\u",
            "\\x",
            "\n",
            "\n---\n",
            "<<: ",
            "(",
            ")",
            "'",
            "é",
            "\uD800");

    @TempDir
    private Path folder;

    private interface Reader {
        void read(Path file) throws IOException;
    }

    private static Arguments reader(String name, Reader reader, byte[] whole) {
        return Arguments.of(name, reader, whole);
    }

    static Stream<Arguments> readers(Path temporary) throws IOException {
        Path file = temporary.resolve("whole");
        Npy.write(file, Array.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        byte[] npy = Files.readAllBytes(file);
        Safetensors.of(Map.of("about", "text"), Map.of("a", Array.of(new float[6], 2, 3), "b", Array.of(new int[2], 2)))
                .write(file);
        byte[] safetensors = Files.readAllBytes(file);
        Configuration configuration = Configuration.of(Settings.NONE, Presets.DIGITS);
        return Stream.of(
                reader("npy", Npy::read, npy),
                reader("safetensors", Safetensors::read, safetensors),
                reader("config.yaml", ConfigurationYaml::read, utf8(ConfigurationYaml.of(configuration))),
                reader(
                        "configuration",
                        path -> Configuration.fromJson(Files.readString(path, StandardCharsets.ISO_8859_1)),
                        utf8(configuration.toJson())),
                reader(
                        "json",
                        path -> Json.read(path, ""),
                        utf8("{\"a\": [1, 2.5e-3, null, true, \"\\u00e9\\n\"], \"b\": {\"c\": {}}}")),
                reader(
                        "metrics.jsonl",
                        Metrics::read,
                        utf8(
                                "{\"step\":20,\"epoch\":0.5,\"loss\":1.5E-7,\"gradientNorm\":3.0,\"lossByBand\":[null,2.5]}\n"
                                        + "{\"step\":40,\"epoch\":1.0,\"loss\":1.2,\"gradientNorm\":3.0,\"samplesPerSecond\":5.5}\n")),
                reader(
                        "run.json",
                        RunHistory::read,
                        utf8(
                                "{\"preset\":\"digits\",\"set\":[\"training.steps\"],\"sessions\":[{\"began\":\"2026-01-01T00:00:00Z\","
                                        + "\"device\":\"d\",\"version\":\"1\",\"from\":0,\"to\":20,\"seconds\":1.5,\"outcome\":\"STOPPED\"}]}")));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Stream<Arguments> all() throws IOException {
        Path temporary = Files.createTempDirectory("fuzz");
        try {
            return readers(temporary).toList().stream();
        } finally {
            Files.delete(temporary.resolve("whole"));
            Files.delete(temporary);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void mutationsAreReadOrRefused(String name, Reader reader, byte[] whole) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, whole);
        reader.read(file);
        for (int i = 0; i < COUNT; i++) {
            byte[] mutated = mutated(whole, new Random(SEED * 1_000_003 + i));
            Files.write(file, mutated);
            long began = System.nanoTime();
            try {
                reader.read(file);
            } catch (BadFileException | BadConfigurationException refused) {
                assertThat(refused.getMessage())
                        .as("%s %d", name, i)
                        .isNotBlank()
                        .hasSizeLessThan(5_000);
            } catch (RuntimeException | Error raw) {
                fail(
                        name + ", mutation " + i + " of seed " + SEED + ": "
                                + new String(mutated, StandardCharsets.ISO_8859_1),
                        raw);
            }
            assertThat(System.nanoTime() - began).as("%s %d", name, i).isLessThan(5_000_000_000L);
        }
    }

    /** One to four changes: a bit, a byte, a piece put in, a part left out, doubled or moved, or the end cut off. */
    private static byte[] mutated(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            int at = random.nextInt(bytes.length);
            int to = at + random.nextInt(Math.min(40, bytes.length - at) + 1);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = joined(bytes, at, utf8(PIECES.get(random.nextInt(PIECES.size()))), at);
                case 3 -> bytes = joined(bytes, at, new byte[0], to);
                case 4 -> bytes = joined(bytes, to, Arrays.copyOfRange(bytes, at, to), to);
                default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
        }
        return bytes;
    }

    /** The bytes before one place, others, and the bytes from another place on. */
    private static byte[] joined(byte[] bytes, int before, byte[] middle, int from) {
        byte[] joined = Arrays.copyOf(bytes, before + middle.length + bytes.length - from);
        System.arraycopy(middle, 0, joined, before, middle.length);
        System.arraycopy(bytes, from, joined, before + middle.length, bytes.length - from);
        return joined;
    }
}
