package scorefield.cli.picture;

import java.io.IOException;
import java.nio.file.Path;
import scorefield.autodiff.Values;

/** How samples are shown: images side by side, a row for each class, points of the plane over a density. */
public interface SamplePictures {

    /**
     * Writes samples as one picture.
     *
     * @param samples N×sample
     * @param which for the title, such as {@code after step 500}
     * @throws scorefield.cli.plot.NoFontsException where Java cannot draw the picture's text; images are written without it
     */
    void write(Path path, Values samples, String which) throws IOException;
}
