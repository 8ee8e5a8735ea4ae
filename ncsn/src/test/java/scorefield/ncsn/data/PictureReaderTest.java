package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
                .hasMessage(folder + ": there are no pictures in it (PNG, JPEG, WebP, TIFF, GIF or BMP)");
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
                .hasMessage(folder
                        + "/deep/b.png: is not a picture that can be read: it begins with 0x6e6f7420; convert it,"
                        + " or move it out of the data; data.skip-damaged=true leaves it out");
    }

    @Test
    void tenFilesThatCannotBeReadAreNamedTogether() {
        for (int i = 0; i < 50; i++) {
            put(String.format("%02d.png", i), i < 20 ? RED : new byte[] {1, 2, 3});
        }
        put("05.png", new byte[0]);
        for (Executable reading :
                List.<Executable>of(() -> Images.read(folder), () -> PictureSurvey.of(folder, false))) {
            BadDataException refused = assertThrows(BadDataException.class, reading);
            assertThat(refused.getMessage())
                    .startsWith(folder + ": 31 of 50 files cannot be read: 05.png: is empty (0 bytes); 20.png: is not a"
                            + " picture that can be read: it begins with 0x010203; convert it, ")
                    .contains("28.png")
                    .doesNotContain("29.png")
                    .endsWith("; and 21 more; repair them, or leave them out with data.skip-damaged=true");
        }
        Images rest = Images.read(folder, new ReadOptions(null, false, true, null));
        assertThat(rest.count()).isEqualTo(19);
        assertThat(rest.files())
                .startsWith("00.png", "01.png")
                .endsWith("19.png")
                .doesNotContain("05.png");
        assertThat(rest.notes())
                .singleElement()
                .asString()
                .startsWith("left out: 31 of 50 files cannot be read: 05.png: ");
        assertThat(PictureSurvey.of(folder, true).orElseThrow().sizes()).hasSize(19);
    }

    @Test
    void damageBehindTheHeaderIsLeftOutToo() {
        put("a.png", RED);
        put("b.png", Arrays.copyOf(GREEN, 50));
        put("c.png", GREEN);
        assertThatThrownBy(() -> Images.read(folder))
                .hasMessageStartingWith(folder + "/b.png: is a damaged PNG picture")
                .hasMessageEndingWith("; data.skip-damaged=true leaves it out");
        assertThat(Images.read(folder, new ReadOptions(null, false, true, null)).files())
                .containsExactly("a.png", "c.png");
        Path none = folder.resolve("none");
        put("none/b.png", new byte[1]);
        assertThatThrownBy(() -> Images.read(none, new ReadOptions(null, false, true, null)))
                .hasMessageStartingWith(none + "/b.png: is not a picture");
    }

    @Test
    void aBackslashInTheNameOfAFileIsPartOfIt() {
        put("cats\\a.png", RED);
        assertThat(Images.read(folder).files()).containsExactly("cats\\a.png");
    }

    @Test
    void onlyRegularFilesAreOpened() throws Exception {
        put("a.png", RED);
        Path pipe = folder.resolve("elsewhere");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(Images.read(folder).files()).as("a pipe is passed over").containsExactly("a.png");
        Files.createSymbolicLink(folder.resolve("b.png"), pipe);
        Files.createSymbolicLink(folder.resolve("c.png"), Path.of("/dev/zero"));
        assertThatThrownBy(() -> Images.read(folder))
                .hasMessageContaining(
                        "b.png: cannot be read: it is a named pipe; only regular files are read; c.png: cannot"
                                + " be read: it is a device; only regular files are read");
        for (Path path : List.of(pipe, Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> Images.read(path))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining(path + ": cannot be read: it is a ");
            assertThatThrownBy(() -> Images.readPicture(path, ReadOptions.AS_IS))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining("only regular files are read");
            assertThat(Images.isPicture(path)).isFalse();
        }
    }

    @Test
    void numbersThatUseLittleOfTheirRangeAreNoted() {
        BufferedImage twelve = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 16; i++) {
            twelve.getRaster().setSample(i % 4, i / 4, 0, 273 * i);
        }
        put("a.png", TestFiles.encode("png", twelve));
        assertThat(Images.read(folder).notes())
                .singleElement()
                .asString()
                .startsWith("the numbers are from 0 to 16, less than a quarter of 0 to 255");
        put("b.png", TestFiles.encode("png", TestFiles.grey(4, 4, TestFiles.random(1, 16))));
        assertThat(Images.read(folder).notes()).isEmpty();
    }

    @Test
    void theFirstImagesHaveTheClassesThatTheyHave() {
        for (int i = 0; i < 3; i++) {
            put("cat/" + i + ".png", RED);
            put("dog/" + i + ".png", GREEN);
            put("newt/" + i + ".png", GREEN);
        }
        Images five = (Images) DataSets.open(folder.toString(), OptionalInt.of(5), ReadOptions.AS_IS, 0);
        assertThat(five.classes()).containsExactly("cat", "dog");
        assertThat(five.labels()).containsExactly(0, 0, 0, 1, 1);
        assertThat(five.notes()).contains("the first 5 images have 2 of the 3 classes: cat, dog");
        Images three = (Images) DataSets.open(folder.toString(), OptionalInt.of(3), ReadOptions.AS_IS, 0);
        assertThat(three.hasLabels()).isFalse();
        assertThat(three.classes()).isEmpty();
        assertThat(three.toString()).endsWith("3 images of 4×6, colour");
        assertThat(three.notes()).contains("the first 3 images have 1 of the 3 classes: cat");
        Images nine = (Images) DataSets.open(folder.toString(), OptionalInt.of(9), ReadOptions.AS_IS, 0);
        assertThat(nine.classes()).hasSize(3);
        assertThat(nine.notes()).isEmpty();
    }

    @Test
    void aFolderOfABuiltInSetsNameIsAmbiguous() throws IOException {
        Path own = Files.createDirectory(Path.of("rings"));
        try {
            assertThatThrownBy(() -> DataSets.requireUnambiguous("rings"))
                    .isInstanceOf(BadDataException.class)
                    .hasMessage("'rings' is the name of a built-in set, and of a folder here; write ./rings for the"
                            + " folder, or start the program in another folder for the built-in set");
            DataSets.requireUnambiguous("./rings");
            DataSets.requireUnambiguous("moons");
            // A run that was trained on it.
            Files.createFile(own.resolve("checkpoint.safetensors"));
            DataSets.requireUnambiguous("rings");
        } finally {
            Files.deleteIfExists(own.resolve("checkpoint.safetensors"));
            Files.delete(own);
        }
    }

    @Test
    void greyImagesBecomeColour() {
        Images grey = Images.of("x", 1, 2, 1, new byte[] {5, 6, 7, 8});
        assertThat(grey.inColour().bytes()).containsExactly(5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8);
        assertThat(grey.inColour().count()).isEqualTo(2);
        Images colour = grey.inColour();
        assertThat(colour.inColour()).isSameAs(colour);
    }

    @Test
    void otherPictureFormatsAreCalledByTheirName() {
        put("a.pdf", "%PDF-1.7".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Images.read(folder)).hasMessageContaining("0x25504446 (PDF)");
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
                .hasMessage(pictures + "/b.png: cannot be read: there is no such file or folder; data.skip-damaged=true"
                        + " leaves it out");
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
        assertThatThrownBy(() -> Images.read(folder))
                .hasMessage(folder + "/a.png: is empty (0 bytes); data.skip-damaged=true leaves it out");
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
