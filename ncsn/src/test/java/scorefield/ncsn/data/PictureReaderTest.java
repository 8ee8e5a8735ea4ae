package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureReaderTest {

    @TempDir
    Path folder;

    private static final byte[] RED = TestFiles.colourPng(4, 6, 0xff0000);
    private static final byte[] GREEN = TestFiles.colourPng(4, 6, 0x00ff00);

    private void put(String name, byte[] content) {
        TestFiles.write(folder, name, content);
    }

    @Test
    void aFolderIsReadInTheOrderOfPathsWithFoldersAsClasses() {
        put("train/dog/1.png", GREEN);
        put("train/cat/2.png", RED);
        put("train/cat/10.png", GREEN);
        Images images = Images.read(folder);
        assertThat(images.classes()).containsExactly("cat", "dog");
        assertThat(images.pixel(0, 3, 5, 1)).as("cat/10 is green").isEqualTo(255);
        assertThat(images.pixel(1, 3, 5, 0)).as("cat/2 is red").isEqualTo(255);
        assertThat(images.pixel(1, 3, 5, 1)).isZero();
        assertThat(images.label(1)).isZero();
        assertThat(images.label(2)).isEqualTo(1);
        assertThat(images.height()).isEqualTo(4);
        assertThat(images.width()).isEqualTo(6);
    }

    @Test
    void aZipGivesTheSameAsItsFolder() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("b/2.png", RED);
        files.put("a/1.png", GREEN);
        files.put("__MACOSX/a/._1.png", new byte[] {1});
        files.forEach((name, content) -> put("unpacked/" + name, content));
        Path zip = TestFiles.write(folder, "pictures.dat", TestFiles.zip(files));
        Images fromZip = Images.read(zip);
        Images fromFolder = Images.read(folder.resolve("unpacked"));
        assertThat(fromZip.bytes()).isEqualTo(fromFolder.bytes());
        assertThat(fromZip.classes()).isEqualTo(fromFolder.classes()).containsExactly("a", "b");
        assertThat(fromZip.name()).isEqualTo("pictures.dat");
        assertThat(fromFolder.name()).isEqualTo("unpacked");
    }

    @Test
    void withoutClassFoldersThereAreNoLabels() {
        put("only/1.png", RED);
        put("only/2.png", GREEN);
        assertThat(Images.read(folder).hasLabels()).isFalse();
        put("3.png", RED);
        assertThat(Images.read(folder).hasLabels()).isFalse();
    }

    @Test
    void manyPicturesKeepTheirOrder() {
        for (int i = 0; i < 1500; i++) {
            put(String.format("%04d.png", i), TestFiles.colourPng(1, 1, i));
        }
        Images images = Images.read(folder);
        for (int i = 0; i < 1500; i++) {
            assertThat(images.pixel(i, 0, 0, 1) << 8 | images.pixel(i, 0, 0, 2)).isEqualTo(i);
        }
    }

    @Test
    void greyNumbersAreThoseOfTheFile() {
        byte[] shades = new byte[256];
        for (int i = 0; i < 256; i++) {
            shades[i] = (byte) i;
        }
        put("a.png", TestFiles.encode("png", TestFiles.grey(16, 16, shades)));
        Images images = Images.read(folder);
        assertThat(images.channels()).isEqualTo(1);
        assertThat(images.bytes()).isEqualTo(shades);
    }

    @Test
    void sixteenBitGreyIsRoundedToEight() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setDataElements(0, 0, 3, 1, new short[] {0, (short) 0x8080, (short) 0xffff});
        put("a.png", TestFiles.encode("png", image));
        assertThat(Images.read(folder).bytes()).containsExactly(0, 0x80, 0xff);
    }

    @Test
    void greyPicturesStoredInColourAreGrey() {
        put("a.png", TestFiles.colourPng(2, 2, 0x808080));
        put("b.png", TestFiles.encode("png", TestFiles.grey(2, 2, new byte[] {1, 2, 3, 4})));
        Images images = Images.read(folder);
        assertThat(images.channels()).isEqualTo(1);
        assertThat(images.bytes()).containsExactly(0x80, 0x80, 0x80, 0x80, 1, 2, 3, 4);
    }

    @Test
    void oneColouredPictureMakesAllColour() {
        put("a.png", TestFiles.encode("png", TestFiles.grey(1, 2, new byte[] {5, 6})));
        put("b.png", TestFiles.colourPng(1, 2, 0x010203));
        Images images = Images.read(folder);
        assertThat(images.bytes()).containsExactly(5, 5, 5, 6, 6, 6, 1, 2, 3, 1, 2, 3);
    }

    @Test
    void transparentPicturesLieOnWhite() {
        put("clear.png", TestFiles.encode("png", TestFiles.plain(1, 1, BufferedImage.TYPE_INT_ARGB, 0x00123456)));
        put("half.png", TestFiles.encode("png", TestFiles.plain(1, 1, BufferedImage.TYPE_INT_ARGB, 0x80000000)));
        put("solid.png", TestFiles.encode("png", TestFiles.plain(1, 1, BufferedImage.TYPE_INT_ARGB, 0xff0a1420)));
        assertThat(Images.read(folder).bytes()).containsExactly(255, 255, 255, 127, 127, 127, 0x0a, 0x14, 0x20);
    }

    @Test
    void indexedPicturesHaveTheirPalettesColours() {
        put("a.png", TestFiles.encode("png", TestFiles.plain(2, 2, BufferedImage.TYPE_BYTE_BINARY, 0xffffffff)));
        put("b.png", TestFiles.encode("png", TestFiles.plain(2, 2, BufferedImage.TYPE_BYTE_INDEXED, 0xff0000ff)));
        Images images = Images.read(folder);
        assertThat(images.pixel(0, 1, 1, 0)).isEqualTo(255);
        assertThat(images.image(1)).startsWith(0, 0, 255);
    }

    @Test
    void jpegColoursAndShadesAreAboutRight() {
        put("a/1.jpeg", TestFiles.encode("jpeg", TestFiles.plain(8, 8, BufferedImage.TYPE_INT_RGB, 0xc86432)));
        Images colour = Images.read(folder);
        assertThat(colour.pixel(0, 4, 4, 0)).isBetween(196, 204);
        assertThat(colour.pixel(0, 4, 4, 1)).isBetween(96, 104);
        assertThat(colour.pixel(0, 4, 4, 2)).isBetween(46, 54);
        byte[] shade = new byte[64];
        Arrays.fill(shade, (byte) 100);
        Path grey =
                TestFiles.write(folder.resolve("grey"), "1.jpg", TestFiles.encode("jpeg", TestFiles.grey(8, 8, shade)));
        assertThat(Images.read(grey.getParent()).channels()).isEqualTo(1);
        assertThat(Images.read(grey.getParent()).pixel(0, 4, 4, 0)).isBetween(99, 101);
    }

    @Test
    void clutterIsPassedOver() {
        put("a.png", RED);
        for (String name : new String[] {
            ".DS_Store",
            "Thumbs.db",
            "desktop.ini",
            "README",
            "readme.html",
            "LICENSE",
            "list.txt",
            "notes.md",
            ".git/config"
        }) {
            put(name, "clutter".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(Images.read(folder).count()).isEqualTo(1);
    }

    @Test
    void picturesOfDifferentSizesAreRefusedByName() {
        put("a.png", RED);
        put("b.png", TestFiles.colourPng(5, 6, 0));
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage(
                        folder + ": pictures differ in size: a.png is 4×6 pixels, b.png is 5×6 pixels; give one size"
                                + " for all, for example data.size=4x6 (rows x columns), with data.crop=true to cut rather than"
                                + " stretch");
        assertThat(Images.read(folder, ReadOptions.resize(3, 3)).bytes()).hasSize(2 * 27);
    }

    @Test
    void anEmptyFolderIsRefused() throws IOException {
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage(folder + ": there are no pictures (PNG or JPEG) in it");
        put("README.txt", RED);
        Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> Images.read(folder)).hasMessageContaining("no pictures");
        Path zip = TestFiles.write(folder, "z", TestFiles.zip(Map.of("notes.txt", new byte[1])));
        assertThatThrownBy(() -> Images.read(zip)).hasMessageContaining("no pictures");
    }

    @Test
    void aFileThatIsNoPictureIsNamed() {
        put("a.png", RED);
        put("deep/b.png", "not a picture".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(BadDataException.class)
                .hasMessage(folder + "/deep/b.png: is not a PNG or JPEG picture: it begins with 0x6e6f7420; convert it,"
                        + " or move it out of the data");
    }

    @Test
    void theFirstBadFileIsTheOneThatIsNamed() {
        for (int i = 0; i < 50; i++) {
            put(String.format("%02d.png", i), i < 20 ? RED : new byte[] {1, 2, 3});
        }
        assertThatThrownBy(() -> Images.read(folder)).hasMessageContaining("/20.png");
    }

    @Test
    void otherPictureFormatsAreCalledByTheirName() {
        put("a.gif", "GIF89a".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Images.read(folder)).hasMessageContaining("0x47494638 (GIF)");
    }

    @Test
    void anIdxFileInAFolderIsRecognised() {
        put("train-images-idx3-ubyte.gz", TestFiles.gzip(TestFiles.idx(new byte[4], 1, 2, 2)));
        assertThatThrownBy(() -> Images.read(folder)).hasMessageContaining("(gzip); an IDX file is given by itself");
    }

    @Test
    void linksAreFollowedAndBrokenOnesNamed() throws IOException {
        put("elsewhere/a.png", RED);
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.createSymbolicLink(pictures.resolve("a.png"), folder.resolve("elsewhere/a.png"));
        assertThat(Images.read(pictures).count()).isEqualTo(1);
        Files.createSymbolicLink(pictures.resolve("b.png"), folder.resolve("nowhere.png"));
        assertThatThrownBy(() -> Images.read(pictures))
                .isInstanceOf(BadDataException.class)
                .hasMessage(pictures + "/b.png: cannot be read: there is no such file or folder");
        Files.delete(pictures.resolve("b.png"));
        Files.createSymbolicLink(pictures.resolve("loop"), pictures);
        assertThatThrownBy(() -> Images.read(pictures))
                .isInstanceOf(BadDataException.class)
                .hasMessage(
                        pictures + "/loop: cannot be read: it contains a symbolic link to one of its parent folders");
    }

    @Test
    void anEmptyFileIsRefused() {
        put("a.png", new byte[0]);
        assertThatThrownBy(() -> Images.read(folder)).hasMessage(folder + "/a.png: is empty (0 bytes)");
    }

    @Test
    void pictureFilesThatAreCutShortAreRefused() {
        BufferedImage noise = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        byte[] random = TestFiles.random(5, 32 * 32 * 3);
        for (int i = 0; i < 1024; i++) {
            int red = random[3 * i] & 0xff;
            int green = random[3 * i + 1] & 0xff;
            int blue = random[3 * i + 2] & 0xff;
            noise.setRGB(i % 32, i / 32, (red << 16) + (green << 8) + blue);
        }
        for (String format : new String[] {"png", "jpeg"}) {
            byte[] whole = TestFiles.encode(format, noise);
            for (int percent : new int[] {1, 10, 50, 90}) {
                Path cut = folder.resolve(format + percent);
                TestFiles.write(cut, "x", Arrays.copyOf(whole, Math.max(12, whole.length * percent / 100)));
                assertThatThrownBy(() -> Images.read(cut))
                        .as(format + " cut at " + percent + " %")
                        .isInstanceOf(BadDataException.class)
                        .hasMessageStartingWith(cut + "/x: is a damaged " + format.toUpperCase(Locale.ROOT)
                                + " picture, or of a kind that cannot be decoded: ");
            }
        }
    }

    @Test
    void aDamagedZipIsRefused() {
        byte[] zip = TestFiles.zip(Map.of("a.png", RED));
        Path cut = TestFiles.write(folder, "z", Arrays.copyOf(zip, zip.length - 10));
        assertThatThrownBy(() -> Images.read(cut))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(cut + ": is a damaged zip, or one cut short: ");
        byte[] altered = zip.clone();
        // In the middle of the compressed picture.
        altered[40 + RED.length / 2] ^= 0x55;
        Path bad = TestFiles.write(folder, "y", altered);
        assertThatThrownBy(() -> Images.read(bad))
                .isInstanceOf(BadDataException.class)
                .hasMessageStartingWith(bad + "/a.png: ");
    }
}
