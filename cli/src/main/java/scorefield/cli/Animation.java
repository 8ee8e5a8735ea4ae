package scorefield.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.ncsn.file.AnimatedGif;

/** How noise becomes samples: about as many frames as an eye can follow, evenly over the noise levels. */
final class Animation {

    private static final int FRAMES = 60;
    private static final int MILLIS = 80;
    private static final int LAST_MILLIS = 2500;

    private final int every;
    private final List<BufferedImage> frames = new ArrayList<>();

    /** @param levels how many noise levels there are */
    Animation(int levels) {
        every = (levels + FRAMES - 1) / FRAMES;
    }

    /** Whether a level, by its index, is to be a frame. */
    boolean wants(int level) {
        return level % every == 0;
    }

    void add(BufferedImage frame) {
        frames.add(frame);
    }

    void write(Path path) throws IOException {
        AnimatedGif.write(path, frames, MILLIS, LAST_MILLIS);
    }
}
