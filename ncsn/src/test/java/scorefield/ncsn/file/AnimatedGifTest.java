package scorefield.ncsn.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnimatedGifTest {

    @TempDir
    Path folder;

    @Test
    void greyFramesKeepEveryShade() throws IOException {
        List<BufferedImage> frames = new ArrayList<>();
        for (int f = 0; f < 4; f++) {
            BufferedImage frame = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
            for (int i = 0; i < 256; i++) {
                frame.getRaster().setSample(i % 16, i / 16, 0, (i * (2 * f + 1)) & 0xff);
            }
            frames.add(frame);
        }
        AnimatedGif.write(folder.resolve("x.gif"), frames, 100, 2000);
        List<BufferedImage> read = read("x.gif");
        assertThat(read).hasSize(4);
        for (int f = 0; f < 4; f++) {
            for (int i = 0; i < 256; i++) {
                int shade = frames.get(f).getRaster().getSample(i % 16, i / 16, 0);
                assertThat(read.get(f).getRGB(i % 16, i / 16) & 0xffffff).isEqualTo(shade * 0x010101);
            }
        }
    }

    @Test
    void framesOfFewColoursKeepThem() throws IOException {
        int[] colours = {0xff0000, 0x00ff00, 0x1234ab};
        List<BufferedImage> frames = new ArrayList<>();
        for (int colour : colours) {
            BufferedImage frame = new BufferedImage(5, 3, BufferedImage.TYPE_3BYTE_BGR);
            for (int i = 0; i < 15; i++) {
                frame.setRGB(i % 5, i / 5, i % 2 == 0 ? colour : 0xffffff);
            }
            frames.add(frame);
        }
        AnimatedGif.write(folder.resolve("x.gif"), frames, 50, 50);
        List<BufferedImage> read = read("x.gif");
        for (int f = 0; f < 3; f++) {
            assertThat(read.get(f).getRGB(0, 0) & 0xffffff).isEqualTo(colours[f]);
            assertThat(read.get(f).getRGB(1, 0) & 0xffffff).isEqualTo(0xffffff);
        }
    }

    @Test
    void playsForEverAtTheGivenPace() throws IOException {
        BufferedImage frame = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        AnimatedGif.write(folder.resolve("x.gif"), List.of(frame, frame, frame), 80, 1500);
        assertThat(new String(Files.readAllBytes(folder.resolve("x.gif")), StandardCharsets.ISO_8859_1))
                .startsWith("GIF89a")
                .containsOnlyOnce("NETSCAPE2.0\u0003\u0001\u0000\u0000\u0000");
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in =
                ImageIO.createImageInputStream(folder.resolve("x.gif").toFile())) {
            reader.setInput(in);
            for (int f = 0; f < 3; f++) {
                IIOMetadataNode root =
                        (IIOMetadataNode) reader.getImageMetadata(f).getAsTree("javax_imageio_gif_image_1.0");
                IIOMetadataNode control = (IIOMetadataNode)
                        root.getElementsByTagName("GraphicControlExtension").item(0);
                assertThat(control.getAttribute("delayTime")).isEqualTo(f == 2 ? "150" : "8");
            }
        } finally {
            reader.dispose();
        }
    }

    @Test
    void refusesWhatIsNoAnimation() {
        BufferedImage small = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage large = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        Path path = folder.resolve("x.gif");
        assertThatThrownBy(() -> AnimatedGif.write(path, List.of(), 10, 10)).hasMessageContaining("0 frames");
        assertThatThrownBy(() -> AnimatedGif.write(path, List.of(small), -10, 10))
                .hasMessageContaining("-10 ms");
        assertThatThrownBy(() -> AnimatedGif.write(path, List.of(small, large), 10, 10))
                .hasMessage("all frames of a GIF must have the same size; frame 1 differs from the first");
        assertThat(path).doesNotExist();
    }

    private List<BufferedImage> read(String name) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in =
                ImageIO.createImageInputStream(folder.resolve(name).toFile())) {
            reader.setInput(in);
            List<BufferedImage> frames = new ArrayList<>();
            for (int f = 0; f < reader.getNumImages(true); f++) {
                frames.add(reader.read(f));
            }
            return frames;
        } finally {
            reader.dispose();
        }
    }
}
