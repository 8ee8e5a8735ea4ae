package scorefield.ncsn.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes PNG and JPEG bytes to 8-bit sRGB or grey numbers. */
final class PictureDecoder {

    private PictureDecoder() {}

    /**
     * Decodes one picture.
     *
     * @param name what messages call it
     * @throws BadDataException if the bytes are no intact PNG or JPEG picture
     */
    static Picture decode(String name, byte[] file) {
        return decoded(name, file, magic -> toPicture(decode(magic, file)));
    }

    /**
     * A picture's size, from its beginning: the rest is not looked at.
     *
     * @throws BadDataException if the bytes do not begin as a PNG or JPEG picture does
     */
    static PictureSurvey.Pixels size(String name, byte[] file) {
        return decoded(name, file, magic -> {
            ImageReader reader = reader(magic);
            try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
                reader.setInput(in, true, true);
                return size(reader);
            } finally {
                reader.dispose();
            }
        });
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
        if (magic != Magic.PNG && magic != Magic.JPEG) {
            throw new BadDataException(name + ": is not a PNG or JPEG picture: it begins with " + DataReader.hex(file)
                    + (magic == Magic.UNKNOWN ? "" : " (" + magic + ")")
                    + (magic == Magic.GZIP || Idx.looksLikeIt(file)
                            ? "; an IDX file is given by itself, not by its folder"
                            : "; convert it, or move it out of the data"));
        }
        try {
            return decoding.of(magic);
        } catch (IOException | RuntimeException e) {
            // ImageIO's decoders answer damaged bytes with many kinds of unchecked exceptions, too.
            throw new BadDataException(
                    name + ": is a damaged " + magic + " picture, or of a kind that cannot be decoded: "
                            + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
                    e);
        }
    }

    private static BufferedImage decode(Magic magic, byte[] file) throws IOException {
        ImageReader reader = reader(magic);
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
            size(reader);
            BufferedImage image = reader.read(0);
            if (!damage.isEmpty()) {
                throw new IOException(damage.get(0));
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader reader(Magic magic) {
        return ImageIO.getImageReadersByFormatName(magic.toString()).next();
    }

    /** The size of what a reader is about to read, where that is one that can be held. */
    private static PictureSurvey.Pixels size(ImageReader reader) throws IOException {
        int height = reader.getHeight(0);
        int width = reader.getWidth(0);
        if (height < 1 || width < 1 || (long) height * width * 3 > Images.MOST_BYTES) {
            throw new IOException(height + "×" + width + " pixels are too many or none");
        }
        return new PictureSurvey.Pixels(height, width);
    }

    private static Picture toPicture(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        ColorModel colours = image.getColorModel();
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
