package scorefield.cli;

import java.io.IOException;
import java.nio.file.Path;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.sampler.AnnealedLangevin;

/** Samplers of a network, and grids of what they draw. */
final class Sampling {

    /** Images that are drawn at once, at most: more do not make a CPU faster, and need more memory. */
    static final int BATCH = 64;

    private Sampling() {}

    /**
     * A sampler.
     *
     * @param weights the variable FLOAT[P] with the parameters
     * @param count how many images are wanted at a time
     */
    static AnnealedLangevin sampler(Device device, ScoreNetwork network, Tensor weights, int count) {
        Shape sample = network.sample();
        Shape batch = sample.times(Math.min(count, BATCH));
        return new AnnealedLangevin(device, network.with(network.parameters().weights(weights)), batch);
    }

    /** Writes images N×H×W×C as a grid. */
    static void writeGrid(Path path, Values images) throws IOException {
        PngWriter.write(path, grid(images.shape()).draw(images.floats()));
    }

    static ImageGrid grid(Shape images) {
        return ImageGrid.of(images.dim(0), images.dim(1), images.dim(2), images.dim(3));
    }
}
