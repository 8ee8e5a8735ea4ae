package scorefield.cli.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.run.ClassCondition;

/**
 * Images N×H×W×C in rows, one for each class, with the names of the classes beside them.
 *
 * @param classes image k is of class k mod their number, as {@link ClassCondition#sampler} draws them
 */
public record ClassPictures(ClassCondition classes) implements SamplePictures {

    @Override
    public void write(Path path, Values samples, String which) throws IOException {
        int ofEach = samples.shape().dim(0) / classes.count();
        BufferedImage rows = ImagePictures.grid(samples.shape())
                .withColumns(ofEach)
                .draw(classes.sorted(samples).floats());
        BufferedImage shown = rows;
        try {
            shown = RowNames.beside(rows, classes.names());
        } finally {
            // The samples are shown even where their names cannot be.
            PngWriter.write(path, shown);
        }
    }
}
