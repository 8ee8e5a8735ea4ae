package scorefield.cli.picture;

import java.io.IOException;
import java.nio.file.Path;
import scorefield.autodiff.Values;

/** Draws samples: a grid of images, a row of images for each class, or points in the plane over a density. */
public interface SamplePictures {

    /**
     * Writes samples as one picture.
     *
     * @param samples N×sample
     * @param which a part of the title, such as {@code after step 500}
     * @throws scorefield.cli.plot.NoFontsException if Java cannot draw the picture's text; images are written without it
     */
    void write(Path path, Values samples, String which) throws IOException;
}
