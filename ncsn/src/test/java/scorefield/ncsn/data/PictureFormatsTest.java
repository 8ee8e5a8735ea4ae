package scorefield.ncsn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as cameras, phones, scanners and programs for printing leave them, and pictures that claim to be what they are not. */
class PictureFormatsTest {

    @TempDir
    Path folder;

    private static Picture decode(byte[] file) {
        return PictureDecoder.decode("x", file, ReadOptions.AS_IS);
    }

    private static int[] pixel(Picture picture, int row, int column) {
        int[] colours = new int[picture.channels()];
        for (int c = 0; c < colours.length; c++) {
            colours[c] = picture.pixels()[(row * picture.width() + column) * picture.channels() + c] & 0xff;
        }
        return colours;
    }

    private static void assertColour(Picture picture, int tolerance, int... colour) {
        assertThat(picture.channels()).isEqualTo(3);
        for (int c = 0; c < 3; c++) {
            assertThat(pixel(picture, picture.height() / 2, picture.width() / 2)[c])
                    .isCloseTo(colour[c], within(tolerance));
        }
    }

    private static BufferedImage noise(int type) {
        BufferedImage noise = new BufferedImage(37, 23, type);
        byte[] random = TestFiles.random(5, 37 * 23 * 3);
        for (int i = 0; i < 37 * 23; i++) {
            noise.setRGB(i % 37, i / 37, ByteBuffer.wrap(random).getInt(Math.min(3 * i, random.length - 4)));
        }
        return noise;
    }

    /** What the JDK's own decoder makes of a file. */
    private static byte[] byTheJdk(String format, byte[] file) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        while (!reader.getClass().getName().startsWith("com.sun.imageio.")) {
            reader = readers.next();
        }
        reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)));
        BufferedImage image = reader.read(0);
        byte[] data =
                ((DataBufferByte) image.getRaster().getDataBuffer()).getData().clone();
        for (int i = 0; image.getType() == BufferedImage.TYPE_3BYTE_BGR && i < data.length; i += 3) {
            byte blue = data[i];
            data[i] = data[i + 2];
            data[i + 2] = blue;
        }
        return data;
    }

    @Test
    void ordinaryPngAndJpegHaveTheBitsOfTheJdksDecoder() throws IOException {
        for (String format : List.of("png", "jpeg")) {
            byte[] colour = TestFiles.encode(format, noise(BufferedImage.TYPE_3BYTE_BGR));
            assertThat(decode(colour).pixels()).as(format).isEqualTo(byTheJdk(format, colour));
            byte[] grey = TestFiles.encode(format, noise(BufferedImage.TYPE_BYTE_GRAY));
            assertThat(decode(grey).pixels()).as(format).isEqualTo(byTheJdk(format, grey));
        }
    }

    @Test
    void cmykFromAnotherProgramHasItsColours() {
        // Four plain squares.
        Picture picture = decode(TestFiles.resource("cmyk_pil.jpg"));
        int[][] colours = {{220, 40, 30}, {40, 200, 60}, {30, 60, 210}, {230, 220, 60}};
        for (int square = 0; square < 4; square++) {
            int[] found = pixel(picture, square / 2 * 16 + 11, square % 2 * 16 + 11);
            for (int c = 0; c < 3; c++) {
                assertThat(found[c]).isCloseTo(colours[square][c], within(3));
            }
        }
    }

    @Test
    void cmykAndYcckHaveTheirColoursWithAndWithoutAdobesMarker() {
        // Inverted, as Adobe's programs store it and all others read it.
        byte[] cmyk = TestFiles.fourChannels(16, 16, 220, 40, 30, 255);
        assertColour(decode(cmyk), 2, 220, 40, 30);
        assertColour(decode(TestFiles.withSegment(cmyk, 0xee, TestFiles.adobe(0))), 2, 220, 40, 30);
        byte[] darker = TestFiles.fourChannels(16, 16, 220, 40, 30, 128);
        assertColour(decode(TestFiles.withSegment(darker, 0xee, TestFiles.adobe(0))), 2, 110, 20, 15);
        // JFIF's YCbCr of cyan, magenta and yellow, 35, 215 and 225.
        int y = (int) Math.round(0.299 * 35 + 0.587 * 215 + 0.114 * 225);
        int cb = (int) Math.round(128 + (225 - y) / 1.772);
        int cr = (int) Math.round(128 + (35 - y) / 1.402);
        byte[] ycck = TestFiles.fourChannels(16, 16, y, cb, cr, 255);
        assertColour(decode(TestFiles.withSegment(ycck, 0xee, TestFiles.adobe(2))), 3, 220, 40, 30);
    }

    /** Of the scene, rows 1 2 and 3 4 and 5 6: how it is stored in each orientation, by the definition of the tag. */
    private static final Map<Integer, List<List<Integer>>> STORED = Map.of(
            1, List.of(List.of(1, 2), List.of(3, 4), List.of(5, 6)),
            2, List.of(List.of(2, 1), List.of(4, 3), List.of(6, 5)),
            3, List.of(List.of(6, 5), List.of(4, 3), List.of(2, 1)),
            4, List.of(List.of(5, 6), List.of(3, 4), List.of(1, 2)),
            5, List.of(List.of(1, 3, 5), List.of(2, 4, 6)),
            6, List.of(List.of(2, 4, 6), List.of(1, 3, 5)),
            7, List.of(List.of(6, 4, 2), List.of(5, 3, 1)),
            8, List.of(List.of(5, 3, 1), List.of(6, 4, 2)));

    @Test
    void everyOrientationShowsTheScene() {
        STORED.forEach((orientation, rows) -> {
            int width = rows.get(0).size();
            byte[] numbers = new byte[6];
            for (int i = 0; i < 6; i++) {
                numbers[i] = (byte) (40 * rows.get(i / width).get(i % width));
            }
            byte[] png = TestFiles.withChunk(
                    TestFiles.encode("png", TestFiles.grey(rows.size(), width, numbers)),
                    "eXIf",
                    TestFiles.exif(orientation));
            byte[] tiff = TestFiles.tiff(rows.size(), width, 1, 8, 1, orientation, numbers);
            for (byte[] file : List.of(png, tiff)) {
                Picture picture = decode(file);
                assertThat(picture.height()).as("orientation " + orientation).isEqualTo(3);
                assertThat(picture.width()).isEqualTo(2);
                assertThat(picture.pixels())
                        .as("orientation " + orientation)
                        .containsExactly(40, 80, 120, (byte) 160, (byte) 200, (byte) 240);
                assertThat(PictureDecoder.size("x", file)).isEqualTo(new PictureSurvey.Pixels(3, 2));
            }
        });
    }

    @Test
    void jpegAndWebPAreTurnedToo() {
        byte[] jpeg = TestFiles.encode("jpeg", TestFiles.grey(8, 16, bright(8, 16)));
        byte[] noted =
                TestFiles.withSegment(jpeg, 0xe1, TestFiles.joined(TestFiles.ascii("Exif\0\0"), TestFiles.exif(6)));
        Picture picture = decode(noted);
        assertThat(picture.height()).isEqualTo(16);
        assertThat(picture.width()).isEqualTo(8);
        // The left half is bright; turned clockwise, the upper half.
        assertThat(pixel(picture, 2, 4)[0]).isGreaterThan(200);
        assertThat(pixel(picture, 13, 4)[0]).isLessThan(50);
        // The same four squares, turned clockwise.
        Picture photograph = decode(TestFiles.resource("exif6.jpg"));
        assertThat(pixel(photograph, 8, 11)[2]).as("the blue one").isGreaterThan(180);
        assertThat(pixel(photograph, 11, 20)[0]).as("the red one").isGreaterThan(180);
        assertThat(pixel(photograph, 11, 20)[1]).isLessThan(80);
        assertThat(PictureDecoder.size("x", TestFiles.webp(4, 6, 0xc86432, TestFiles.exif(8))))
                .isEqualTo(new PictureSurvey.Pixels(6, 4));
        assertColour(decode(TestFiles.webp(4, 6, 0xc86432, TestFiles.exif(8))), 0, 0xc8, 0x64, 0x32);
    }

    /** White on the left, black on the right. */
    private static byte[] bright(int height, int width) {
        byte[] shades = new byte[height * width];
        for (int i = 0; i < shades.length; i++) {
            shades[i] = (byte) (i % width < width / 2 ? 255 : 0);
        }
        return shades;
    }

    @Test
    void anOrientationThatIsNoneOrDamagedIsIgnored() {
        byte[] jpeg = TestFiles.encode("jpeg", TestFiles.grey(8, 16, bright(8, 16)));
        byte[] plain = decode(jpeg).pixels();
        for (int orientation : new int[] {0, 9, 255}) {
            byte[] exif = TestFiles.joined(TestFiles.ascii("Exif\0\0"), TestFiles.exif(orientation));
            assertThat(decode(TestFiles.withSegment(jpeg, 0xe1, exif)).pixels()).isEqualTo(plain);
        }
        byte[] cut = TestFiles.joined(TestFiles.ascii("Exif\0\0"), Arrays.copyOf(TestFiles.exif(6), 11));
        assertThat(decode(TestFiles.withSegment(jpeg, 0xe1, cut)).pixels()).isEqualTo(plain);
    }

    @Test
    void otherFormatsAreRead() {
        assertColour(decode(TestFiles.webp(5, 7, 0x0a64c8, new byte[0])), 0, 0x0a, 0x64, 0xc8);
        BufferedImage plain = TestFiles.plain(5, 7, BufferedImage.TYPE_INT_RGB, 0xff0a64c8);
        for (String format : List.of("bmp", "gif", "tiff")) {
            Picture picture = decode(TestFiles.encode(format, plain));
            assertThat(picture.height()).as(format).isEqualTo(5);
            assertThat(picture.width()).as(format).isEqualTo(7);
            assertColour(picture, 0, 0x0a, 0x64, 0xc8);
        }
        byte[] sixteen = {0, 0, (byte) 0x80, (byte) 0x80, (byte) 0xff, (byte) 0xff};
        assertThat(decode(TestFiles.tiff(1, 3, 1, 16, 1, 1, sixteen)).pixels()).containsExactly(0, 0x80, 0xff);
    }

    @Test
    void numbersWithoutALargestOneAreRefused() {
        for (int format : new int[] {1, 3}) { // whole numbers of 32 bits, and fractions
            assertThatThrownBy(() -> decode(TestFiles.tiff(1, 1, 1, 32, format, 1, new byte[] {0x3f, 0, 0, 0})))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining("x: is a damaged TIFF picture, or of a kind that cannot be decoded: ");
        }
    }

    private static byte[] png(int height, int width, byte[] png) {
        byte[] claim = png.clone();
        ByteBuffer.wrap(claim).putInt(16, width).putInt(20, height);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(claim, 12, 17);
        ByteBuffer.wrap(claim).putInt(29, (int) crc.getValue());
        return claim;
    }

    @Test
    void aFileThatClaimsMoreThanItCanHoldIsRefusedByItsHeader() {
        byte[] png = png(14_000, 14_000, TestFiles.colourPng(1, 1, 0xff));
        refused(png, "it claims 14000×14000 pixels, more than its " + png.length + " bytes can hold");
        byte[] jpeg = TestFiles.encode("jpeg", TestFiles.grey(8, 8, new byte[64]));
        for (int i = 0; i < jpeg.length - 8; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
                ByteBuffer.wrap(jpeg).putShort(i + 5, (short) 20_000).putShort(i + 7, (short) 20_000);
            }
        }
        refused(jpeg, "it claims 20000×20000 pixels, more than its ");
        byte[] gif = TestFiles.encode("gif", TestFiles.plain(8, 8, BufferedImage.TYPE_BYTE_INDEXED, 0xff0000ff));
        for (int at = 0; at < gif.length - 9; at++) {
            if (gif[at] == 0x2c && gif[at + 1] == 0 && gif[at + 5] == 8) {
                gif[at + 6] = gif[at + 8] = 0x7f; // 32,520 each
            }
        }
        refused(gif, "more than its ");
    }

    private static void refused(byte[] file, String message) {
        for (ReadOptions options : List.of(ReadOptions.AS_IS, ReadOptions.resize(32, 32))) {
            assertThatThrownBy(() -> PictureDecoder.decode("x", file, options))
                    .isInstanceOf(BadDataException.class)
                    .hasMessageContaining(message);
        }
        assertThatThrownBy(() -> PictureDecoder.size("x", file)).hasMessageContaining(message);
    }

    @Test
    void aHugePictureIsThinnedOrRefused() {
        // 16000×8000, black but for the lower half: 128 million pixels in 16 MB.
        BufferedImage image = new BufferedImage(8000, 16_000, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 8000; y < 16_000; y++) {
            image.getRaster().setSamples(0, y, 8000, 1, 0, ones(8000));
        }
        byte[] file = TestFiles.encode("png", image);
        assertThatThrownBy(() -> decode(file))
                .isInstanceOf(BadDataException.class)
                .hasMessageContaining("it has 16000×8000 = 128,000,000 pixels; at most 67,108,864 are read as they are:"
                        + " set a smaller data.size");
        Picture small = PictureDecoder.decode("x", file, ReadOptions.resize(4, 2));
        assertThat(small.pixels()).hasSize(8).startsWith(0, 0).endsWith(255, 255);
        byte[] webp = TestFiles.webp(16_000, 8000, 0xff, new byte[0]);
        assertThatThrownBy(() -> PictureDecoder.decode("x", webp, ReadOptions.resize(4, 2)))
                .hasMessageContaining("it has 16000×8000 = 128,000,000 pixels; at most 67,108,864 can be read");
    }

    private static int[] ones(int count) {
        int[] ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void formatsThatAreNotReadAreCalledByTheirName() {
        Map.of(
                        "\0\0\0\u0014ftypqt  ", "QuickTime video",
                        "\0\0\0\u0018ftypheic", "HEIF",
                        "\0\0\0\u0018ftypavif", "AVIF",
                        "\0\0\0\u0018ftypisom", "MP4 video",
                        "\0\0\0\u0008wide", "QuickTime video",
                        "RIFF....AVI ", "AVI video",
                        "%PDF-1.7 etc", "PDF")
                .forEach((head, name) -> assertThatThrownBy(() -> decode(TestFiles.ascii(head)))
                        .isInstanceOf(BadDataException.class)
                        .hasMessageContaining("(" + name + "); convert it, or move it out of the data"));
    }
}
