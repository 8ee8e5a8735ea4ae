package scorefield.kernels.ladder;

import java.util.List;
import scorefield.autodiff.Shape;

/** The extents of images N×H×W. */
final class ImageExtents {

    static final int MOST_CHANNELS = 512;

    private static final int MOST_IMAGES = 4096;
    private static final int MOST_SIDE = 512;

    private ImageExtents() {}

    static Extents of(int images, int height, int width) {
        return Extents.none()
                .and("images", images, MOST_IMAGES)
                .and("height", height, MOST_SIDE)
                .and("width", width, MOST_SIDE);
    }

    /** Images with so many channels. */
    static Shape shape(Extents extents, int channels) {
        return Shape.of(extents.get("images"), extents.get("height"), extents.get("width"), channels);
    }

    /** Of all images. */
    static double pixels(Extents extents) {
        return (double) extents.get("images") * extents.get("height") * extents.get("width");
    }

    /** For a convolution's extents: images, height, width, channels in and out. */
    static List<Extents> awkwardConvolutions(Extents extents) {
        return List.of(
                extents.of(1, 1, 1, 1, 1),
                extents.of(2, 3, 5, 3, 17),
                extents.of(3, 7, 7, 17, 33),
                extents.of(1, 9, 16, 36, 80));
    }
}
