package scorefield.cli.picture;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import scorefield.ncsn.file.BadFileException;

/**
 * Pictures embedded in an HTML page, with a limited size for files of any size.
 *
 * <p>A picture within the limit is embedded unchanged. Any other is converted to JPEG and halved until it is small
 * enough: a grid of enlarged images loses nothing by the first halving. A page is rewritten often with the same
 * pictures, so conversions are cached until the file changes.
 */
public final class EmbeddedPictures {

    private static final float JPEG_QUALITY = 0.85f;

    private final int limit;
    private final Map<Path, Made> made = new HashMap<>();

    /** @param limit the maximum size of a picture in bytes */
    public EmbeddedPictures(int limit) {
        this.limit = limit;
    }

    /**
     * An embedded picture.
     *
     * @param uri the picture as a data URI
     * @param width the width of the picture in the file, in pixels
     * @param height its height
     */
    public record Picture(String uri, int width, int height) {}

    private record Made(FileTime of, Picture picture) {}

    /** The picture in a PNG file. */
    public Picture embed(Path png) throws IOException {
        FileTime time = Files.getLastModifiedTime(png);
        Made before = made.get(png);
        if (before != null && before.of().equals(time)) {
            return before.picture();
        }
        Picture picture = make(png);
        made.put(png, new Made(time, picture));
        return picture;
    }

    private Picture make(Path png) throws IOException {
        byte[] bytes = Files.readAllBytes(png);
        BufferedImage image = ImageIO.read(png.toFile());
        if (image == null) {
            throw new BadFileException(png + ": is not a picture; remove it");
        }
        String type = "png";
        for (BufferedImage smaller = image; bytes.length > limit; smaller = halved(smaller)) {
            type = "jpeg";
            bytes = jpeg(smaller);
        }
        return new Picture(
                "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(bytes),
                image.getWidth(),
                image.getHeight());
    }

    private static BufferedImage halved(BufferedImage image) {
        int width = (image.getWidth() + 1) / 2;
        int height = (image.getHeight() + 1) / 2;
        BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = half.createGraphics();
        try {
            // For a factor of one half, bilinear interpolation is the mean of four pixels.
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(image, 0, 0, width, height, null);
        } finally {
            graphics.dispose();
        }
        return half;
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(JPEG_QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
