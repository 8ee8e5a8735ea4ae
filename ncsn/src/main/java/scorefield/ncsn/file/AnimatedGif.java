package scorefield.ncsn.file;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes pictures as an animated GIF that loops forever (GIF89a; the loop is Netscape's application extension). The file is written
 * atomically (see {@link AtomicFile}). Grey pictures keep their 256 shades; each colour picture gets a palette of 256 colours.
 */
public final class AnimatedGif {

    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    /** Block 1, and a 16-bit count of repetitions; 0 means forever. */
    private static final byte[] LOOP_FOR_EVER = {1, 0, 0};

    private AnimatedGif() {}

    /**
     * Writes the file.
     *
     * @param frames at least one, all of the same size
     * @param delayMillis the duration of each frame; GIF uses hundredths of a second, and many viewers treat less than two of them as ten
     * @param lastMillis the duration of the last frame before the loop restarts
     */
    public static void write(Path path, List<BufferedImage> frames, int delayMillis, int lastMillis)
            throws IOException {
        if (frames.isEmpty() || delayMillis < 0 || lastMillis < 0) {
            throw new IllegalArgumentException(
                    "a GIF needs at least 1 frame and durations of at least 0 ms; got " + frames.size() + " frames, "
                            + delayMillis + " ms per frame and " + lastMillis + " ms for the last");
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(gif)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames.size(); i++) {
                BufferedImage frame = indexed(frames.get(i));
                if (frame.getWidth() != frames.get(0).getWidth()
                        || frame.getHeight() != frames.get(0).getHeight()) {
                    throw new IllegalArgumentException(
                            "all frames of a GIF must have the same size; frame " + i + " differs from the first");
                }
                int millis = i == frames.size() - 1 ? lastMillis : delayMillis;
                writer.writeToSequence(new IIOImage(frame, null, metadata(writer, frame, millis, i == 0)), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        AtomicFile.write(path, gif.toByteArray());
    }

    /** Gives a grey picture the palette of all shades, so that the writer does not choose one. */
    private static BufferedImage indexed(BufferedImage image) {
        if (image.getType() != BufferedImage.TYPE_BYTE_GRAY) {
            return image;
        }
        byte[] shades = new byte[256];
        for (int i = 0; i < shades.length; i++) {
            shades[i] = (byte) i;
        }
        BufferedImage indexed = new BufferedImage(
                image.getWidth(),
                image.getHeight(),
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 256, shades, shades, shades));
        indexed.getRaster().setRect(image.getRaster());
        return indexed;
    }

    private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame, int millis, boolean first)
            throws IOException {
        // createFromRenderedImage would describe the type of the picture with a palette of its own instead of this one.
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), null);
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString((millis + 5) / 10));
        root.appendChild(control);
        if (first) {
            IIOMetadataNode extension = new IIOMetadataNode("ApplicationExtension");
            extension.setAttribute("applicationID", "NETSCAPE");
            extension.setAttribute("authenticationCode", "2.0");
            extension.setUserObject(LOOP_FOR_EVER.clone());
            IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
            extensions.appendChild(extension);
            root.appendChild(extensions);
        }
        metadata.mergeTree(FORMAT, root);
        return metadata;
    }
}
