package scorefield.cli.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.ncsn.file.AnimatedGif;

/** An animation of sampling: a limited number of frames, spread evenly over the sampling steps. */
public final class Animation {

    private static final int FRAMES = 60;
    private static final int MILLIS = 80;
    private static final int LAST_MILLIS = 2500;

    private final List<BufferedImage> frames = new ArrayList<>();
    private long next;

    /**
     * Whether the next stage of a batch becomes a frame. Call it once for each stage.
     *
     * @param done the share of the batch's work that is then done, up to 1
     */
    public boolean wants(double done) {
        long place = Math.round(FRAMES * done);
        boolean wanted = place >= next;
        next = wanted ? place + 1 : next;
        return wanted;
    }

    /** Adds a frame. */
    public void add(BufferedImage frame) {
        frames.add(frame);
    }

    /** Writes all frames as an animated GIF. */
    public void write(Path path) throws IOException {
        AnimatedGif.write(path, frames, MILLIS, LAST_MILLIS);
    }
}
