package scorefield.cli.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;

/** Images N×H×W×C as a grid. */
public final class ImagePictures implements SamplePictures {

    @Override
    public void write(Path path, Values samples, String which) throws IOException {
        PngWriter.write(path, grid(samples.shape()).draw(samples.floats()));
    }

    /**
     * A frame of an animation: x = image + σz, scaled around grey by 1/(1+2σ), so that noise is not clipped to black
     * and white.
     *
     * @param x samples plus noise, N×H×W×C
     * @param sigma the noise level; 0 at the end
     */
    public BufferedImage frame(Values x, double sigma) {
        float[] shown = x.floats().clone();
        for (int i = 0; i < shown.length; i++) {
            shown[i] = (float) ((shown[i] - 0.5) / (1 + 2 * sigma) + 0.5);
        }
        return grid(x.shape()).draw(shown);
    }

    static ImageGrid grid(Shape images) {
        return ImageGrid.of(images.dim(0), images.dim(1), images.dim(2), images.dim(3));
    }
}
