package scorefield.ncsn.data;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.metadata.Metadata;
import com.drew.metadata.adobe.AdobeJpegDirectory;
import com.drew.metadata.adobe.AdobeJpegReader;
import com.drew.metadata.jpeg.JpegDirectory;
import com.drew.metadata.jpeg.JpegReader;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes pictures to 8-bit sRGB or grey numbers, turned as their cameras noted it. PNG, GIF, BMP and ordinary JPEG are decoded by the JDK;
 * WebP, TIFF, and JPEG that the JDK does not read right (CMYK and others) by TwelveMonkeys ImageIO. Of several pictures in a file, as in an
 * animation, it is the first.
 */
final class PictureDecoder {

    /** The provider of the decoders in the JDK. */
    private static final String JDK = "com.sun.imageio.";

    private static final int CMYK = 4;

    /** Adobe's segment of a JPEG file: its marker, length and name, version 100, no flags, and transform 0. */
    private static final byte[] ADOBE = {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private PictureDecoder() {}

    /**
     * Decodes one picture and brings it to the size that is wanted.
     *
     * @param name what messages call it
     * @throws BadDataException if the bytes are no intact picture, or one that is too large
     */
    static Picture decode(String name, byte[] file, ReadOptions options) {
        return decoded(name, file, magic -> {
            PictureSurvey.Pixels stored = storedSize(magic, file);
            Orientation orientation = Orientation.of(magic, file);
            int every = PictureLimits.every(stored, orientation, options);
            return PictureLimits.whenThereIsRoom(
                    stored,
                    every,
                    () -> orientation
                            .turned(toPicture(decode(magic, file, every)))
                            .fitted(options));
        });
    }

    /**
     * The size of the scene that a picture shows, from its header: its pixels are not looked at.
     *
     * @throws BadDataException if the bytes do not begin as a picture does, or one that is too large
     */
    static PictureSurvey.Pixels size(String name, byte[] file) {
        return decoded(name, file, magic -> Orientation.of(magic, file).turned(storedSize(magic, file)));
    }

    /** Work on the bytes of a picture. */
    @FunctionalInterface
    private interface Decoding<T> {
        T of(Magic magic) throws IOException;
    }

    private static <T> T decoded(String name, byte[] file, Decoding<T> decoding) {
        if (file.length == 0) {
            throw new BadDataException(name + ": is empty (0 bytes)");
        }
        Magic magic = Magic.of(file);
        if (!magic.isPicture()) {
            throw new BadDataException(name + ": is not a picture that can be read: it begins with "
                    + DataReader.hex(file)
                    + (magic == Magic.UNKNOWN ? "" : " (" + magic + ")")
                    + (magic == Magic.GZIP || Idx.looksLikeIt(file)
                            ? "; an IDX file is given by itself, not by its folder"
                            : "; convert it, or move it out of the data"));
        }
        try {
            return decoding.of(magic);
        } catch (IOException | RuntimeException e) {
            String message = e.getMessage();
            throw new BadDataException(
                    name + ": is a damaged " + magic + " picture, or of a kind that cannot be decoded: "
                            + (message == null ? e.getClass().getSimpleName() : message),
                    e);
        }
    }

    /** The size of the picture as it lies in the file, if it is one that the file can hold and that can be read. */
    private static PictureSurvey.Pixels storedSize(Magic magic, byte[] file) throws IOException {
        ImageReader reader = readers(magic).get(0);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            PictureSurvey.Pixels size = new PictureSurvey.Pixels(reader.getHeight(0), reader.getWidth(0));
            if (size.height() < 1 || size.width() < 1) {
                throw new IOException(size + " pixels are none");
            }
            PictureLimits.require(magic, file, size);
            return size;
        } finally {
            reader.dispose();
        }
    }

    /** Decodes with the first decoder that can: a damaged picture fails with each of them. */
    private static BufferedImage decode(Magic magic, byte[] file, int every) throws IOException {
        if (magic == Magic.JPEG) {
            JpegHeader header = JpegHeader.of(file);
            if (header.channels() == CMYK) {
                // The JDK takes four channels for transparent colours.
                return decode(readers(magic).get(1), header.isNoted() ? file : noted(file), every);
            }
        }
        Exception first = null;
        for (ImageReader reader : readers(magic)) {
            try {
                return decode(reader, file, every);
            } catch (IOException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof IOException failed) {
            throw failed;
        }
        throw (RuntimeException) Objects.requireNonNull(first);
    }

    private static BufferedImage decode(ImageReader reader, byte[] file, int every) throws IOException {
        List<String> damage = new ArrayList<>();
        // The JPEG decoder only warns where data are missing, and paints what is missing grey.
        reader.addIIOReadWarningListener((source, warning) -> {
            String text = warning.toLowerCase(Locale.ROOT);
            if (text.contains("premature") || text.contains("corrupt") || text.contains("truncated")) {
                damage.add(warning);
            }
        });
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in, true, true);
            ImageReadParam thinned = reader.getDefaultReadParam();
            thinned.setSourceSubsampling(every, every, 0, 0);
            BufferedImage image = reader.read(0, every == 1 ? null : thinned);
            if (!damage.isEmpty()) {
                throw new IOException(damage.get(0));
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    /**
     * What the header of a JPEG file says of its colours.
     *
     * @param channels 1 grey, 3 colour, 4 CMYK; 0 where that cannot be found
     * @param isNoted whether there is Adobe's note on how the channels were transformed
     */
    private record JpegHeader(int channels, boolean isNoted) {

        static JpegHeader of(byte[] file) throws IOException {
            try {
                Metadata found = JpegMetadataReader.readMetadata(
                        new ByteArrayInputStream(file), List.of(new JpegReader(), new AdobeJpegReader()));
                JpegDirectory frame = found.getFirstDirectoryOfType(JpegDirectory.class);
                Integer channels = frame == null ? null : frame.getInteger(JpegDirectory.TAG_NUMBER_OF_COMPONENTS);
                return new JpegHeader(
                        channels == null ? 0 : channels, found.containsDirectoryOfType(AdobeJpegDirectory.class));
            } catch (JpegProcessingException damaged) {
                return new JpegHeader(0, false); // the decoder says what is damaged
            }
        }
    }

    /** A file of four channels with Adobe's note that they were not transformed, for which all programs take them without it. */
    private static byte[] noted(byte[] file) {
        byte[] noted = Arrays.copyOf(file, file.length + ADOBE.length);
        System.arraycopy(ADOBE, 0, noted, 2, ADOBE.length);
        System.arraycopy(file, 2, noted, 2 + ADOBE.length, file.length - 2);
        return noted;
    }

    /** The decoders of a format, the JDK's first where it is well kept. */
    private static List<ImageReader> readers(Magic magic) {
        boolean tiff = magic == Magic.TIFF_BIG || magic == Magic.TIFF_LITTLE;
        List<ImageReader> readers = new ArrayList<>();
        ImageIO.getImageReadersByFormatName(magic.toString()).forEachRemaining(readers::add);
        readers.sort(Comparator.comparing(reader -> isOfJdk(reader) == tiff));
        return tiff ? readers.subList(0, 1) : readers;
    }

    private static boolean isOfJdk(ImageReader reader) {
        return reader.getOriginatingProvider().getClass().getName().startsWith(JDK);
    }

    /** TIFF may hold numbers that have no largest one, which would be white. */
    private static void requireWholeNumbers(ColorModel colours, int type) throws IOException {
        boolean whole = type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT;
        boolean packed = type == DataBuffer.TYPE_INT && colours instanceof DirectColorModel;
        if (!whole && !packed) {
            throw new IOException("its numbers are signed, fractions or of 32 bits; convert it to 8 or 16 bits");
        }
    }

    private static Picture toPicture(BufferedImage image) throws IOException {
        int height = image.getHeight();
        int width = image.getWidth();
        ColorModel colours = image.getColorModel();
        requireWholeNumbers(colours, image.getRaster().getTransferType());
        if (colours.getNumColorComponents() == 1 && !(colours instanceof IndexColorModel)) {
            return grey(image.getRaster(), colours);
        }
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
            byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
            byte[] rgb = new byte[bgr.length];
            for (int i = 0; i < bgr.length; i += 3) {
                rgb[i] = bgr[i + 2];
                rgb[i + 1] = bgr[i + 1];
                rgb[i + 2] = bgr[i];
            }
            return Picture.ofColour(height, width, rgb);
        }
        byte[] rgb = new byte[height * width * 3];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int alpha = row[x] >>> 24;
                for (int channel = 0; channel < 3; channel++) {
                    rgb[(y * width + x) * 3 + channel] = overWhite((row[x] >> (16 - 8 * channel)) & 0xff, alpha);
                }
            }
        }
        return Picture.ofColour(height, width, rgb);
    }

    /**
     * Grey numbers as they lie in the file. {@code getRGB} would not do: Java takes grey to be linear light, and turns a
     * stored 128 into 188.
     */
    private static Picture grey(Raster raster, ColorModel colours) {
        int height = raster.getHeight();
        int width = raster.getWidth();
        int most = (1 << colours.getComponentSize(0)) - 1;
        boolean transparent = colours.hasAlpha();
        byte[] grey = new byte[height * width];
        int[] row = new int[width * raster.getNumBands()];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int value = row[x * raster.getNumBands()];
                int alpha = transparent ? row[x * raster.getNumBands() + 1] : most;
                grey[y * width + x] = overWhite((value * 255 + most / 2) / most, (alpha * 255 + most / 2) / most);
            }
        }
        return new Picture(height, width, 1, grey);
    }

    /** What is seen where a picture lies on white paper, which is how transparent pictures are usually looked at. */
    private static byte overWhite(int value, int alpha) {
        return (byte) (255 + ((value - 255) * alpha - 127) / 255);
    }
}
