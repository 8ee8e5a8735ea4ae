package scorefield.cli.edit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;

/** What was given and what came of it, side by side. */
final class EditPicture {

    /** More are shown in several rows. */
    private static final int IN_A_ROW = 9;

    private final Shape sample;
    private float[] images = new float[0];

    private EditPicture(Shape sample) {
        this.sample = sample;
    }

    /**
     * A picture with nothing in it.
     *
     * @param sample H×W×C
     */
    static EditPicture of(Shape sample) {
        return new EditPicture(sample);
    }

    /** Adds one image H×W×C, or several N×H×W×C. */
    EditPicture add(Values more) {
        int before = images.length;
        images = Arrays.copyOf(images, before + more.shape().size());
        System.arraycopy(more.floats(), 0, images, before, more.shape().size());
        return this;
    }

    /** Writes them as a PNG. */
    void write(Path path) throws IOException {
        int count = images.length / sample.size();
        ImageGrid grid = ImageGrid.of(count, sample.dim(0), sample.dim(1), sample.dim(2));
        PngWriter.write(path, grid.withColumns(Math.min(count, IN_A_ROW)).draw(images));
    }
}
