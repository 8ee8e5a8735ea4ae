package scorefield.ncsn.data;

import java.awt.Point;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes the files that the readers read. */
final class TestFiles {

    private TestFiles() {}

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** An IDX file of unsigned bytes: magic number, axes, numbers. */
    static byte[] idx(byte[] numbers, int... axes) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * axes.length + numbers.length);
        file.putInt(0x0800 + axes.length);
        Arrays.stream(axes).forEach(file::putInt);
        return file.put(numbers).array();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] encode(String format, BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("no " + format + " of " + image);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A picture of one colour, 0xAARRGGBB. */
    static BufferedImage plain(int height, int width, int type, int argb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, argb);
            }
        }
        return image;
    }

    static byte[] colourPng(int height, int width, int rgb) {
        return encode("png", plain(height, width, BufferedImage.TYPE_INT_RGB, rgb));
    }

    /** Grey pixels as they are to lie in the file. */
    static BufferedImage grey(int height, int width, byte[] pixels) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, width, height, pixels);
        return image;
    }

    /** A file of the tests' own, which no Java library writes. */
    static byte[] resource(String name) {
        try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** EXIF data with nothing but an orientation: a TIFF header and one entry. */
    static byte[] exif(int orientation) {
        ByteBuffer exif = ByteBuffer.allocate(26);
        exif.put(ascii("MM\0*")).putInt(8).putShort((short) 1);
        exif.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        return exif.putInt(0).array();
    }

    /** A JPEG file with a segment behind its first marker. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
        ByteBuffer segment = ByteBuffer.allocate(4 + content.length);
        segment.put((byte) 0xff)
                .put((byte) marker)
                .putShort((short) (2 + content.length))
                .put(content);
        return joined(Arrays.copyOf(jpeg, 2), segment.array(), Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    /** A PNG file with a chunk behind its header. */
    static byte[] withChunk(byte[] png, String type, byte[] content) {
        byte[] named = joined(ascii(type), content);
        CRC32 crc = new CRC32();
        crc.update(named);
        ByteBuffer chunk = ByteBuffer.allocate(8 + named.length);
        chunk.putInt(content.length).put(named).putInt((int) crc.getValue());
        return joined(Arrays.copyOf(png, 33), chunk.array(), Arrays.copyOfRange(png, 33, png.length));
    }

    /** A lossless WebP file of one colour: a prefix code of one symbol takes no bits (RFC 9649, section 3). */
    static byte[] webp(int height, int width, int rgb, byte[] exif) {
        BitSet bits = new BitSet();
        int at = 0;
        long[][] fields = {
            {0x2f, 8},
            {width - 1, 14},
            {height - 1, 14},
            {0, 1},
            {0, 3}, // signature, size, no alpha, version
            {0, 1},
            {0, 1},
            {0, 1}, // no transforms, no colour cache, one group of codes
            {0b101, 3},
            {rgb >> 8 & 0xff, 8},
            {0b101, 3},
            {rgb >> 16 & 0xff, 8},
            {0b101, 3},
            {rgb & 0xff, 8},
            {0b101, 3},
            {255, 8},
            {0b001, 3},
            {0, 1} // green, red, blue, alpha; distances
        };
        for (long[] field : fields) {
            for (int bit = 0; bit < field[1]; bit++) {
                bits.set(at++, (field[0] >> bit & 1) == 1);
            }
        }
        byte[] vp8l = Arrays.copyOf(bits.toByteArray(), (at + 7) / 8 + 9 & ~1); // decoders look ahead
        byte[] body = chunk("VP8L", vp8l);
        if (exif.length > 0) {
            ByteBuffer header = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(0x08);
            header.putShort((short) (width - 1)).put((byte) 0).putShort((short) (height - 1));
            body = joined(chunk("VP8X", header.array()), body, chunk("EXIF", exif));
        }
        return chunk("RIFF", joined(ascii("WEBP"), body));
    }

    private static byte[] chunk(String type, byte[] content) {
        byte[] length = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(content.length)
                .array();
        return joined(ascii(type), length, content);
    }

    /** An uncompressed TIFF file (TIFF 6.0, section 2) of numbers N×bits of one sample each, or three. */
    static byte[] tiff(
            int height, int width, int samples, int bits, int sampleFormat, int orientation, byte[] numbers) {
        int[][] entries = {
            {256, width},
            {257, height},
            {258, bits},
            {259, 1},
            {262, samples == 3 ? 2 : 1},
            {273, 8},
            {274, orientation},
            {277, samples},
            {278, height},
            {279, numbers.length},
            {339, sampleFormat}
        };
        ByteBuffer file = ByteBuffer.allocate(8 + numbers.length + 2 + 12 * entries.length + 4);
        file.put(ascii("MM\0*")).putInt(8 + numbers.length).put(numbers).putShort((short) entries.length);
        for (int[] entry : entries) {
            // Of three samples the depth of each would lie elsewhere; readers take one for all.
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        return file.putInt(0).array();
    }

    /** A JPEG file of four channels as they are, of one shade each, without a note on what they mean. */
    static byte[] fourChannels(int height, int width, int... shades) {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, new Point());
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                raster.setPixel(x, y, shades);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** Adobe's segment, which says how channels were transformed: 0 not, 1 YCbCr, 2 YCCK. */
    static byte[] adobe(int transform) {
        return joined(ascii("Adobe"), new byte[] {0, 100, 0, 0, 0, 0, (byte) transform});
    }

    static Path write(Path folder, String name, byte[] content) {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
