package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {

    @TempDir
    Path folder;

    private final byte[] pixels = TestFiles.random(1, 3 * 4 * 5);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsGreyImagesUnderAnyName(boolean gzipped) {
        byte[] file = TestFiles.idx(pixels, 3, 4, 5);
        Path path = TestFiles.write(folder, "whatever", gzipped ? TestFiles.gzip(file) : file);
        Images images = Images.read(path);
        assertThat(images.bytes()).isEqualTo(pixels);
        assertThat(images.toString()).isEqualTo("whatever: 3 images of 4×5, grey");
        assertThat(images.hasLabels()).isFalse();
    }

    @Test
    void readsColourImagesWithFourAxes() {
        byte[] colour = TestFiles.random(2, 2 * 3 * 4 * 3);
        Images images = Images.read(TestFiles.write(folder, "x", TestFiles.idx(colour, 2, 3, 4, 3)));
        assertThat(images.channels()).isEqualTo(3);
        assertThat(images.bytes()).isEqualTo(colour);
    }

    @ParameterizedTest
    @ValueSource(strings = {"train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz"})
    void findsTheLabelsBeside(String labelName) {
        byte[] labels = TestFiles.idx(new byte[] {7, 0, 2}, 3);
        TestFiles.write(folder, labelName, labelName.endsWith("gz") ? TestFiles.gzip(labels) : labels);
        Path path =
                TestFiles.write(folder, "train-images-idx3-ubyte.gz", TestFiles.gzip(TestFiles.idx(pixels, 3, 4, 5)));
        Images images = Images.read(path);
        assertThat(images.label(0)).isEqualTo(7);
        assertThat(images.label(2)).isEqualTo(2);
        assertThat(images.classes()).hasSize(8).startsWith("0", "1");
    }

    @Test
    void resizes() {
        Path path = TestFiles.write(folder, "x", TestFiles.idx(new byte[2 * 8 * 8], 2, 8, 8));
        Images images = Images.read(path, ReadOptions.resize(4, 6));
        assertThat(images.toString()).isEqualTo("x: 2 images of 4×6, grey");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhereATruncatedFileEnds(boolean gzipped) {
        byte[] file = Arrays.copyOf(TestFiles.idx(pixels, 3, 4, 5), 50);
        Path path = TestFiles.write(folder, "x", gzipped ? TestFiles.gzip(file) : file);
        refused(
                path,
                "x: is cut short: 3×4×5 bytes should end at byte 76, but the file ends at byte 50"
                        + (gzipped ? " (counted after decompression)" : "") + "; 26 bytes are missing");
    }

    @Test
    void saysWhereATruncatedHeaderEnds() {
        refused(
                TestFiles.write(folder, "x", Arrays.copyOf(TestFiles.idx(pixels, 3, 4, 5), 9)),
                "x: is cut short: the IDX header should end at byte 16, but the file ends at byte 9; 7 bytes are missing");
    }

    @Test
    void noticesGzipThatIsCutShortAnywhere() {
        byte[] gzipped = TestFiles.gzip(TestFiles.idx(pixels, 3, 4, 5));
        for (int length = 2; length < gzipped.length; length++) {
            Path path = TestFiles.write(folder, "cut" + length, Arrays.copyOf(gzipped, length));
            refused(path, "is cut short");
        }
    }

    @Test
    void noticesDamagedGzip() {
        byte[] gzipped = TestFiles.gzip(TestFiles.idx(pixels, 3, 4, 5));
        // The checksum of the content, before the content's length in the last four bytes.
        gzipped[gzipped.length - 8] ^= 1;
        refused(TestFiles.write(folder, "x", gzipped), "the gzip data are damaged at or after byte 76");
    }

    @Test
    void refusesWhatIsTooLong() {
        refused(
                TestFiles.write(folder, "x", Arrays.copyOf(TestFiles.idx(pixels, 3, 4, 5), 80)),
                "x: is too long: by its IDX header it should end at byte 76, but it goes on to byte 80");
    }

    @Test
    void refusesAPromiseThatNoArrayHolds() {
        byte[] file = ByteBuffer.allocate(16)
                .putInt(0x0803)
                .putInt(-1)
                .putInt(-1)
                .putInt(-1)
                .array();
        refused(
                TestFiles.write(folder, "x", file),
                "the IDX header promises 4294967295×4294967295×4294967295 bytes; at most 2147483639 can be held");
    }

    @Test
    void refusesALabelFileAndNamesTheImages() {
        Path labels = TestFiles.write(folder, "t10k-labels-idx1-ubyte", TestFiles.idx(new byte[3], 3));
        refused(labels, "is a label file (IDX magic number 0x00000801); give the file with the images");
        TestFiles.write(folder, "t10k-images-idx3-ubyte.gz", new byte[1]);
        refused(labels, "t10k-images-idx3-ubyte.gz");
    }

    @Test
    void refusesOtherNumbersAndShapes() {
        byte[] floats = TestFiles.idx(new byte[24], 1, 2, 3);
        floats[2] = 0x0d;
        refused(
                TestFiles.write(folder, "x", floats),
                "x: IDX magic number 0x00000d03 means 32-bit floats; images must be unsigned bytes (0x00000803)");
        refused(TestFiles.write(folder, "y", TestFiles.idx(new byte[6], 2, 3)), "0x00000802 is a table of 2×3 numbers");
        refused(
                TestFiles.write(folder, "z", TestFiles.idx(new byte[24], 1, 3, 4, 2)),
                "the last must be 1 (grey) or 3 (colour) channels");
    }

    @Test
    void refusesImagesWithoutPixels() {
        refused(
                TestFiles.write(folder, "x", TestFiles.idx(new byte[0], 5, 0, 3)),
                "the IDX header, byte 8, gives axis 1 length 0");
        refused(TestFiles.write(folder, "y", TestFiles.idx(new byte[0], 0, 28, 28)), "byte 4, gives axis 0 length 0");
    }

    /** A gzip of a few kilobytes may hold gigabytes: what follows the data is not read. */
    @Test
    @Timeout(60)
    void dataBehindTheImagesAreNotReadToTheirEnd() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(TestFiles.idx(new byte[4], 1, 2, 2));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                out.write(zeros);
            }
        }
        byte[] file = bytes.toByteArray();
        // Damage at the end would be found if it were read.
        file[file.length - 20] ^= 0x55;
        refused(
                TestFiles.write(folder, "x.gz", file),
                "is too long: by its IDX header it should end at byte 20, but it goes on (counted after decompression)");
    }

    @Test
    void aPromiseTakesNoMemory() {
        byte[] large = TestFiles.idx(new byte[16], 30_000, 256, 256);
        for (byte[] file : List.of(large, TestFiles.gzip(large))) {
            refused(
                    TestFiles.write(folder, "x", file),
                    "is cut short: 30000×256×256 bytes should end at byte 1966080016, but the file ends at byte 32");
        }
    }

    @Test
    void refusesLabelsOfOtherImages() {
        TestFiles.write(folder, "a-labels-idx1-ubyte", TestFiles.idx(new byte[4], 4));
        Path path = TestFiles.write(folder, "a-images-idx3-ubyte", TestFiles.idx(pixels, 3, 4, 5));
        refused(path, "a-labels-idx1-ubyte: has 4 labels for the 3 images of a-images-idx3-ubyte");
        TestFiles.write(folder, "a-labels-idx1-ubyte", TestFiles.idx(pixels, 3, 4, 5));
        refused(path, "has 3 axes instead of 1");
    }

    private static void refused(Path path, String message) {
        assertThatThrownBy(() -> Images.read(path))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(path.getParent().toString())
                .hasMessageContaining(message);
    }
}
