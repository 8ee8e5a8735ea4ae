package scorefield.ncsn.file;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes a picture as a PNG file, atomically (see {@link AtomicFile}). */
public final class PngWriter {

    private PngWriter() {}

    /** Creates or replaces the file at {@code path}; if that fails, an earlier file stays as it was. */
    public static void write(Path path, BufferedImage image) throws IOException {
        AtomicFile.write(path, encode(image));
    }

    /** The bytes of a PNG file. */
    public static byte[] encode(BufferedImage image) throws IOException {
        // Encoded in memory, because ImageIO would use a temporary file elsewhere, on a disk that may be full or
        // read-only.
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalArgumentException("no PNG can be made of " + image);
            }
        }
        return png.toByteArray();
    }
}
