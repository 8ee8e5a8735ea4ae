package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {

    @TempDir
    private Path folder;

    private static Json json(String text) {
        return Json.parse(text, "x.json", "remove it");
    }

    @Test
    void whatIsThereIsRead() {
        Json document = json("{\"n\": [1, -9223372036854775808, 2.5, 1e3], \"t\": \"∇\", \"b\": true, \"no\": null}");
        assertThat(document.member("n").list().get(0).whole(1, 1)).isEqualTo(1);
        assertThat(document.member("n").list().get(1).whole(Long.MIN_VALUE, 0)).isEqualTo(Long.MIN_VALUE);
        assertThat(document.member("n").list().get(2).number()).isEqualTo(2.5);
        assertThat(document.member("t").text()).isEqualTo("∇");
        assertThat(document.find("no")).isEmpty();
        assertThat(document.find("other")).isEmpty();
        assertThat(document.plain()).isInstanceOf(Map.class);
        assertThat(((Map<?, ?>) json("{\"a\": [1, 1.0, 99999999999999999999]}").plain()).get("a"))
                .isEqualTo(List.of(1L, 1.0, 1e20));
        assertThat(json("{\"a\": {\"b\": [{}]}}")
                        .member("a")
                        .object()
                        .get("b")
                        .list()
                        .get(0))
                .hasToString("x.json: a.b[0]");
    }

    @Test
    void whatIsNotIsSaidWithItsPlaceAndTheRemedy() {
        refused(() -> json("{}").member("a"), "x.json: lacks 'a'; remove it");
        refused(() -> json("[1]").member("a"), "x.json: must be an object; it is a list of 1; remove it");
        refused(
                () -> json("{\"a\": \"1\"}").member("a").number(),
                "x.json: a must be a number; it is the text '1'; remove it");
        refused(
                () -> json("{\"a\": -1}").member("a").number(0),
                "x.json: a must be a number of at least 0; it is -1; remove it");
        refused(
                () -> json("{\"a\": 1e999}").member("a").number(),
                "x.json: a must be a number; it is Infinity; remove it");
        refused(
                () -> json("{\"a\": [2, 1.5]}").member("a").list().get(1).whole(0, 9),
                "x.json: a[1] must be a whole number from 0 to 9; it is 1.5; remove it");
        refused(
                () -> json("{\"a\": 99999999999999999999}").member("a").whole(0, Long.MAX_VALUE),
                "x.json: a must be a whole number from 0 to 9223372036854775807; it is 1.0E20; remove it");
        refused(() -> json("{\"a\": {}}").member("a").text(), "x.json: a must be a text; it is an object; remove it");
        refused(
                () -> json("{\"a\": \"F16\"}").member("a").constant(Array.Type.class),
                "x.json: a must be one of [F32, F64, I32, I64, U8]; it is the text 'F16'; remove it");
        refused(
                () -> json("\"" + "y".repeat(500) + "\"").number(),
                "x.json: must be a number; it is the text '" + "y".repeat(60) + "… (500 characters)'; remove it");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        refused(() -> json(""), "x.json: is not JSON: it ends too early in line 1, column 1; remove it");
        refused(() -> json("{\"a\": 1"), "x.json: is not JSON: it ends too early in line 1, column 8; remove it");
        refused(() -> json("{\n\"a\": NaN}"), "x.json: is not JSON: there is a mistake in line 2, column 6; remove it");
        refused(() -> json("{} {}"), "x.json: is not JSON: there is a mistake in line 1, column 5; remove it");
        refused(() -> json("{\"a\": 1, \"a\": 2}"), "x.json: is not JSON: the name 'a' occurs twice; remove it");
        refused(() -> json("[".repeat(100_000)), "x.json: is not JSON: it is nested deeper than 64 levels; remove it");
        for (String text :
                List.of("nul", "'a'", "{a: 1}", "[1,]", "01", "1e", "1e99999999999999x", "/* */ 1", "-", "\"\\u12\"")) {
            assertThatThrownBy(() -> json(text)).as(text).isInstanceOf(BadFileException.class);
        }
    }

    /** Wherever a document is cut, it is read as no other. */
    @Test
    void aDocumentThatIsCutAnywhereIsRefused() {
        String whole = "{\"step\":20,\"loss\":1.5E-7,\"bands\":[null,2.0],\"text\":\"\\u00e9\"}";
        for (int length = 0; length < whole.length(); length++) {
            String part = whole.substring(0, length);
            assertThatThrownBy(() -> json(part)).as(part).isInstanceOf(BadFileException.class);
        }
    }

    @Test
    void aLastLineThatIsCutIsLeftOutAndAnotherIsRefused() throws IOException {
        Path file = folder.resolve("lines.jsonl");
        byte[] whole = "{\"é\":1.5E-7}\n{\"é\":2.5E-7}\n".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int lines = length < 13 ? 0 : length < 27 ? 1 : 2;
            assertThat(Json.readLines(file, "")).as("%d bytes", length).hasSize(lines);
        }
        Files.write(file, new byte[] {'{', '}', '\n', '"', (byte) 0xff, '"', '\n', '{', '}', '\n'});
        refused(() -> Json.readLines(file, "remove it"), file + ", line 2: is not a text in UTF-8; remove it");
        Files.writeString(file, "{}\n{\"a\":NaN}\n");
        assertThatThrownBy(() -> Json.readLines(file, "remove it"))
                .isInstanceOf(BadFileException.class)
                .hasMessageStartingWith(file + ", line 2: is not JSON");
        Files.writeString(file, "{}\n{\"a\":1}\n");
        refused(
                () -> Json.readLines(file, "remove it").get(1).member("a").text(),
                file + ", line 2: a must be a text; it is 1; remove it");
    }

    @Test
    void onlyRegularFilesAreRead() throws IOException {
        refused(() -> Json.read(folder, "remove it"), folder + ": is not a regular file; remove it");
        refused(() -> Json.read(Path.of("/dev/zero"), "remove it"), "/dev/zero: is not a regular file; remove it");
        refused(
                () -> Json.read(folder.resolve("none"), "remove it"),
                folder.resolve("none") + ": there is no such file or folder");
        // A file with a hole: it is larger than memory, and takes no room.
        Path large = folder.resolve("large");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(1L << 40);
        }
        assertThatThrownBy(() -> Json.read(large, "remove it"))
                .isInstanceOf(BadFileException.class)
                .hasMessageContaining("at most");
    }

    @Test
    void whatIsNotFiniteIsWrittenAsNull() throws IOException {
        Path file = folder.resolve("written.json");
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("nan", Double.NaN);
        content.put("list", Arrays.asList(1.5, Double.POSITIVE_INFINITY, null));
        content.put("array", new double[] {2, Double.NEGATIVE_INFINITY});
        JsonFile.write(file, content);
        Json read = Json.read(file, "");
        assertThat(read.member("list").plain()).isEqualTo(Arrays.asList(1.5, null, null));
        assertThat(read.member("array").plain()).isEqualTo(Arrays.asList(2.0, null));
        assertThat(read.find("nan")).isEmpty();
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(BadFileException.class).hasMessage(message);
    }
}
