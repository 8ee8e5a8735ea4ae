package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no data set at all. */
class DataReaderTest {

    @TempDir
    Path folder;

    @Test
    void aMissingPath() {
        refused(folder.resolve("nowhere"), "there is no such file or folder");
    }

    @Test
    void anEmptyFile() {
        refused(TestFiles.write(folder, "x", new byte[0]), "is empty (0 bytes)");
    }

    @Test
    void aWrongMagicNumberIsShown() {
        Path path = TestFiles.write(folder, "x", "hello world".getBytes(StandardCharsets.US_ASCII));
        refused(
                path,
                "is not a data set that can be read: it begins with 0x68656c6c and has 11 bytes; supported"
                        + " are IDX files");
    }

    @Test
    void aVeryShortFile() {
        refused(TestFiles.write(folder, "x", new byte[] {1}), "it begins with 0x01 and has 1 bytes");
    }

    @Test
    void aSinglePicture() {
        refused(
                TestFiles.write(folder, "x", TestFiles.colourPng(2, 2, 0)),
                "is a single PNG picture; give the folder or zip that holds all of them");
    }

    @Test
    void aKnownFormatThatIsNotRead() {
        refused(TestFiles.write(folder, "x", "%PDF-1.7".getBytes(StandardCharsets.US_ASCII)), "0x25504446 (PDF)");
    }

    @Test
    void aTarArchiveGzippedOrNot() {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        refused(TestFiles.write(folder, "x.tar", tar), "is a tar archive; unpack it");
        refused(TestFiles.write(folder, "x.tgz", TestFiles.gzip(tar)), "is a tar archive; unpack it");
    }

    @Test
    void somethingElseGzipped() {
        byte[] text = new byte[4000];
        Arrays.fill(text, (byte) 'a');
        refused(
                TestFiles.write(folder, "x.gz", TestFiles.gzip(text)),
                "what is gzipped in it is not an IDX file: it begins with 0x61616161");
    }

    @Test
    void anEmptyZip() {
        refused(TestFiles.write(folder, "x", TestFiles.zip(Map.of())), "is a zip with nothing in it");
    }

    private static void refused(Path path, String message) {
        assertThatThrownBy(() -> Images.read(path))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(message);
    }
}
