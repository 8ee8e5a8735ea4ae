package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Zips as Windows, phones and old programs make them, and zips that are larger inside than outside. */
class PicturesInZipTest {

    private static final byte[] RED = TestFiles.colourPng(4, 6, 0xff0000);
    private static final byte[] GREEN = TestFiles.colourPng(4, 6, 0x00ff00);

    @TempDir
    Path folder;

    private Path zip(Map<String, byte[]> files) {
        return TestFiles.write(folder, "z.zip", TestFiles.zip(files));
    }

    private static Map<String, byte[]> files(Object... namesAndContents) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            files.put((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
        }
        return files;
    }

    @Test
    void backslashesSeparateFolders() {
        Images images = Images.read(zip(files("dogs\\b.png", GREEN, "cats\\a.png", RED, "__MACOSX\\._a", RED)));
        assertThat(images.classes()).containsExactly("cats", "dogs");
        assertThat(images.labels()).containsExactly(0, 1);
        assertThat(images.files()).containsExactly("cats/a.png", "dogs/b.png");
    }

    @Test
    void partsThatSayNothingAreLeftOut() {
        assertThat(Images.read(zip(files("./photos/a.png", RED, "./photos/b.png", GREEN)))
                        .files())
                .containsExactly("photos/a.png", "photos/b.png");
        assertThat(Images.read(zip(files("../../tmp/x/a.png", RED, "/b.png", RED, "./.hidden/c.png", RED)))
                        .files())
                .containsExactly("b.png", "tmp/x/a.png");
    }

    @Test
    void namesInAnotherCodePageAreRead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes, Charset.forName("IBM437"))) {
            for (String name : List.of("Bücher/ä.png", "Äpfel/ö.png")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(RED);
            }
        }
        Images images = Images.read(TestFiles.write(folder, "z.zip", bytes.toByteArray()));
        assertThat(images.classes()).containsExactly("Bücher", "Äpfel");
        assertThat(Images.read(TestFiles.write(folder, "c", TestFiles.resource("cp437.zip")))
                        .files())
                .first()
                .isEqualTo("Bücher_ä0.png");
        assertThat(Images.read(zip(files("Bücher/ä.png", RED))).files()).containsExactly("Bücher/ä.png");
    }

    @Test
    void bzip2IsReadAndGivesTheSame() {
        Images images = Images.read(TestFiles.write(folder, "b", TestFiles.resource("bz2.zip")));
        Images same = Images.read(TestFiles.write(folder, "c", TestFiles.resource("cp437.zip")));
        assertThat(images.files()).contains("p00.png");
        assertThat(images.image(0)).isEqualTo(same.image(0));
    }

    @Test
    void aPasswordIsCalledOne() {
        for (String name : List.of("password.zip", "aes.zip")) {
            Path zip = TestFiles.write(folder, name, TestFiles.resource(name));
            assertThatThrownBy(() -> Images.read(zip))
                    .isInstanceOf(BadDataException.class)
                    .hasMessage(
                            zip + "/p00.png: is protected with a password; unpack the zip first, and give the folder");
        }
    }

    @Test
    void aWayOfCompressionThatIsNotReadIsNamed() {
        byte[] zip = TestFiles.zip(files("a.png", RED));
        // The method, in the local header and in the directory.
        zip[8] = 14;
        for (int i = 0; i < zip.length - 4; i++) {
            if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1 && zip[i + 3] == 2) {
                zip[i + 10] = 14;
            }
        }
        assertThatThrownBy(() -> Images.read(TestFiles.write(folder, "z", zip)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("z/a.png: is compressed with zip's method 14 (LZMA), which is not read");
    }

    @Test
    void damageThatADecoderMissesIsFoundByTheChecksum() throws IOException {
        byte[] bmp = TestFiles.encode("bmp", TestFiles.plain(4, 4, 5, 0xff102030));
        ZipEntry stored = new ZipEntry("a.bmp");
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(bmp.length);
        CRC32 crc = new CRC32();
        crc.update(bmp);
        stored.setCrc(crc.getValue());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(stored);
            out.write(bmp);
        }
        byte[] zip = bytes.toByteArray();
        assertThat(Images.read(TestFiles.write(folder, "good", zip)).count()).isEqualTo(1);
        zip[35 + bmp.length - 5] ^= 1;
        assertThatThrownBy(() -> Images.read(TestFiles.write(folder, "bad", zip)))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("a.bmp: cannot be read: its checksum in the zip is wrong: it is damaged");
    }

    /** Of zeros only the first are read; of a picture, no more than it needs. */
    @Test
    @Timeout(60)
    void whatIsHugeInsideIsNotReadToItsEnd() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            byte[] zeros = new byte[1 << 20];
            for (int file = 0; file < 3; file++) {
                out.putNextEntry(new ZipEntry(file + ".png"));
                out.write(file == 2 ? RED : new byte[0]);
                for (int i = 0; i < 100; i++) {
                    out.write(zeros);
                }
            }
        }
        Path zip = TestFiles.write(folder, "z", bytes.toByteArray());
        try (PictureFiles files = PicturesInZip.open(zip)) {
            assertThat(files.read(0)).hasSize(PictureFiles.LOOK);
        }
        assertThatThrownBy(() -> Images.read(zip))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(zip + ": 3 of 3 files cannot be read: 0.png: is not a picture that can be read:"
                        + " it begins with 0x00000000; convert it")
                .hasMessageContaining(
                        "2.png: cannot be read: it has more than 16777408 bytes, more than a picture of 4×6"
                                + " pixels needs");
    }

    @Test
    void archivesThatAreNotReadAreToBeUnpacked() {
        Map.of(
                        "7z\u00bc\u00af\u0027\u001c",
                        "a 7z archive",
                        "Rar!\u001a\u0007",
                        "an? RAR archive",
                        "\u00fd7zXZ\0",
                        "an xz archive",
                        "BZh9",
                        "a bzip2 archive",
                        "\u0028\u00b5\u002f\u00fd",
                        "a Zstandard archive")
                .forEach((mark, name) -> assertThatThrownBy(() ->
                                Images.read(TestFiles.write(folder, "x", Arrays.copyOf(TestFiles.ascii(mark), 100))))
                        .isInstanceOf(BadDataException.class)
                        .hasMessageMatching(
                                ".*/x: is " + name + "; unpack it first, and give the folder or file in it"));
    }
}
