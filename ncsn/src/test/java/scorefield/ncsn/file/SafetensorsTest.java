package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

    @TempDir
    Path folder;

    @Property(tries = 100)
    void whatIsWrittenIsRead(
            @ForAll("metadata") Map<String, String> metadata, @ForAll("arrays") Map<String, Array> arrays)
            throws IOException {
        Path path = Files.createTempFile("roundtrip", ".safetensors");
        try {
            Safetensors.of(metadata, arrays).write(path);
            Safetensors read = Safetensors.readChecksummed(path);
            assertThat(read.metadata()).isEqualTo(metadata);
            assertThat(read.arrays()).isEqualTo(arrays);
            assertThat(List.copyOf(read.arrays().keySet())).isEqualTo(List.copyOf(arrays.keySet()));
            assertThat(List.copyOf(read.metadata().keySet())).isEqualTo(List.copyOf(metadata.keySet()));
        } finally {
            Files.delete(path);
        }
    }

    @Provide
    Arbitrary<Map<String, String>> metadata() {
        return Arbitraries.maps(
                        Arbitraries.strings().ofMaxLength(10),
                        Arbitraries.strings().ofMaxLength(40))
                .ofMaxSize(4)
                // Half a surrogate pair is no text: UTF-8 cannot store it.
                .filter(map -> map.entrySet().stream().allMatch(e -> isText(e.getKey()) && isText(e.getValue())));
    }

    @Provide
    Arbitrary<Map<String, Array>> arrays() {
        Arbitrary<int[]> shapes =
                Arbitraries.integers().between(0, 5).array(int[].class).ofMaxSize(3);
        Arbitrary<Array> arrays = Combinators.combine(shapes, Arbitraries.of(Array.Type.class), Arbitraries.randoms())
                .as((shape, type, random) -> {
                    int length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                    Array array = Array.zeros(type, length, shape);
                    byte[] bytes = new byte[length * type.bytes()];
                    random.nextBytes(bytes);
                    array.get(ByteBuffer.wrap(bytes), 0, length);
                    return array;
                });
        return Arbitraries.maps(Arbitraries.strings().ofMaxLength(12).filter(SafetensorsTest::isText), arrays)
                .ofMaxSize(6);
    }

    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Test
    void largeArraysGoThroughInParts() throws IOException {
        float[] numbers = new float[700_001];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        Map<String, Array> arrays =
                Map.of("x", Array.of(numbers, 700_001), "y", Array.of(new byte[3_000_001], 3_000_001));
        Safetensors.of(Map.of(), arrays).write(folder.resolve("x"));
        assertThat(Safetensors.read(folder.resolve("x")).arrays()).isEqualTo(arrays);
    }

    /** Each byte of the format, written out by hand as the format's description says. */
    @Test
    void readsWhatOthersWrite() throws IOException {
        Path path = file(
                "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[8,10]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
                0,
                0,
                (byte) 0x80,
                0x3f,
                0,
                0,
                0,
                (byte) 0xc0,
                7,
                (byte) 200);
        Safetensors read = Safetensors.read(path);
        assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
        assertThat(read.arrays().keySet()).containsExactly("b", "a");
        assertThat(read.array("a").floats()).containsExactly(1f, -2f);
        assertThat(read.array("a").shape()).containsExactly(1, 2);
        assertThat(read.array("b").bytes()).containsExactly(7, 200);
        assertThatThrownBy(() -> Safetensors.readChecksummed(path))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("has no checksum");
        assertThatThrownBy(() -> read.array("c")).hasMessage("there is no array named c among [b, a]");
    }

    @Test
    void dataBeginAtAMultipleOfEightWithWideNumbersFirst() throws IOException {
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put("bytes", Array.of(new byte[3], 3));
        arrays.put("longs", Array.of(new long[2], 2));
        arrays.put("floats", Array.of(new float[1]));
        Safetensors.of(Map.of(), arrays).write(folder.resolve("x"));
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve("x"))).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = file.getLong();
        assertThat(headerLength % 8).isZero();
        String header = new String(file.array(), 8, (int) headerLength, StandardCharsets.UTF_8);
        assertThat(header.replaceAll("[0-9a-f]{64}", "…").strip())
                .isEqualTo("{\"__metadata__\":{\"scorefield.sha256\":\"…\"},"
                        + "\"bytes\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[20,23]},"
                        + "\"longs\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                        + "\"floats\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[16,20]}}");
    }

    @Test
    void theSameContentIsTheSameFile() throws IOException {
        Safetensors content = Safetensors.of(Map.of("a", "b"), Map.of("x", Array.of(new float[] {1, 2}, 2)));
        content.write(folder.resolve("x"));
        content.write(folder.resolve("y"));
        assertThat(folder.resolve("x")).hasSameBinaryContentAs(folder.resolve("y"));
    }

    private Path checkpoint() throws IOException {
        Path path = folder.resolve("checkpoint");
        Safetensors.of(Map.of("config", "{\"steps\": 100}"), Map.of("w", Array.of(new float[] {1, 2, 3}, 3)))
                .write(path);
        return path;
    }

    /** Every single byte is covered: nothing can be altered without being noticed. */
    @Test
    void anyAlteredByteIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(checkpoint());
        for (int at = 0; at < whole.length; at++) {
            byte[] altered = whole.clone();
            altered[at] ^= 1;
            Path path = Files.write(folder.resolve("altered"), altered);
            assertThatThrownBy(() -> Safetensors.readChecksummed(path))
                    .as("byte %d altered", at)
                    .isInstanceOf(BadFileException.class)
                    .hasMessageStartingWith(path + ": ");
        }
    }

    @Test
    void anyCutIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(checkpoint());
        for (int length = 0; length < whole.length; length++) {
            Path path = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(path))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(BadFileException.class)
                    .hasMessageContaining("cut short");
        }
    }

    @Test
    void saysWhatWasAltered() throws IOException {
        Path path = checkpoint();
        byte[] altered = Files.readAllBytes(path);
        altered[altered.length - 1] ^= 64;
        Files.write(path, altered);
        assertThatThrownBy(() -> Safetensors.read(path))
                .hasMessageMatching(
                        ".*checkpoint: is damaged or was altered: its checksum is [0-9a-f]{64}, but it was written with"
                                + " [0-9a-f]{64}");
        Path longer = Files.write(folder.resolve("longer"), Arrays.copyOf(altered, altered.length + 2));
        assertThatThrownBy(() -> Safetensors.read(longer))
                .hasMessage(longer + ": according to its header, its arrays end at byte " + altered.length
                        + ", but the file goes on to byte " + (altered.length + 2));
    }

    @Test
    void aMissingFileOrAFolder() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> Safetensors.read(missing))
                .isInstanceOf(BadFileException.class)
                .hasMessage(missing + ": there is no such file or folder");
        assertThatThrownBy(() -> Safetensors.read(folder)).hasMessage(folder + ": is a folder, not a safetensors file");
    }

    @Test
    void invalidHeadersAreRefused() throws IOException {
        refused("[1, 2]", "byte 8 is 0x5b and not the {");
        refused("{\"a\": 1}", "the header is not the JSON of a safetensors file");
        refused("{\"a\": {\"dtype\": \"F32\"", "the header is not the JSON of a safetensors file");
        refused("{} {}", "the header");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "array a lacks its shape or its two data_offsets");
        refused(entry("F32", "[1]", "[0,4,8]"), "array a lacks its shape or its two data_offsets");
        refused(entry("F16", "[1]", "[0,2]"), "array a has numbers of type 'F16'; known are [F32, F64, I32, I64, U8]");
        refused(
                entry("F32", "[3]", "[0,8]"),
                "array a of shape [3] and type F32 needs 12 bytes, but its data_offsets are 0 to 8");
        refused(entry("F32", "[2]", "[8,0]"), "data_offsets are 8 to 0");
        refused(entry("F32", "[-1]", "[0,4]"), "negative");
        refused(entry("F32", "[1.5]", "[0,4]"), "the header is not the JSON");
        refused(entry("F32", "[99999,99999]", "[0,4]"), "too large for a Java array");
        refused(entry("F32", "[0,9999999999]", "[0,0]"), "too large for a Java array");
        refused(entry("F32", "[2]", "[4,12]"), "array a begins at byte", "there is a gap between them");
        refused(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                        + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
                "array b begins at byte",
                "but a ends at byte",
                "they overlap");
        refused(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "a");
        refused("{\"__metadata__\":{\"a\":1}}", "metadata a is not a string");
    }

    @Test
    void aMalformedChecksumIsRefused() throws IOException {
        Path path = file("{\"__metadata__\":{\"scorefield.sha256\":\"12\"}}");
        assertThatThrownBy(() -> Safetensors.read(path))
                .isInstanceOf(BadFileException.class)
                .hasMessage(path + ": is damaged or was altered: its checksum, metadata scorefield.sha256, is not 64"
                        + " digits as they were written");
    }

    @Test
    void anImpossibleHeaderLengthIsRefused() throws IOException {
        Path path = Files.write(folder.resolve("x"), new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0});
        assertThatThrownBy(() -> Safetensors.read(path))
                .hasMessageContaining("byte 0 gives its header's length as 18446744073709551615");
    }

    @Test
    void reservedNamesAreRefused() {
        assertThatThrownBy(() -> Safetensors.of(Map.of("scorefield.sha256", ""), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Safetensors.of(Map.of(), Map.of("__metadata__", Array.of(new byte[1]))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void metadataMayLookLikeTheChecksum() throws IOException {
        Map<String, String> metadata = Map.of("x", "\"scorefield.sha256\":\"" + "0".repeat(64) + "\"");
        Safetensors.of(metadata, Map.of()).write(folder.resolve("x"));
        assertThat(Safetensors.readChecksummed(folder.resolve("x")).metadata()).isEqualTo(metadata);
    }

    private static String entry(String dtype, String shape, String offsets) {
        return "{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    private Path file(String header, int... data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (int value : data) {
            file.put((byte) value);
        }
        return Files.write(folder.resolve("file"), file.array());
    }

    private void refused(String header, String... message) throws IOException {
        Path path = file(header, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> Safetensors.read(path))
                .as(header)
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContainingAll(message)
                .hasMessageNotContaining("\n");
    }
}
