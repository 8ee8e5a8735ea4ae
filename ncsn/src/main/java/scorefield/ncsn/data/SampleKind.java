package scorefield.ncsn.data;

import scorefield.autodiff.Shape;

/** What samples are, which their shape tells: images, of rank 3, or points, of rank 1; and the words for them. */
public final class SampleKind {

    private SampleKind() {}

    /** Whether samples are points rather than images. */
    public static boolean isPoint(Shape sample) {
        return sample.rank() == 1;
    }

    /** What samples of a shape are called: {@code images} or {@code points}. */
    public static String plural(Shape sample) {
        return isPoint(sample) ? "points" : "images";
    }

    /** What samples of a shape are called, with the shape: {@code images of 28×28×1}, {@code points of 2 numbers}. */
    public static String describe(Shape sample) {
        return isPoint(sample) ? "points of " + sample.size() + " numbers" : "images of " + sample;
    }

    /** What a sample of a shape is called. */
    public static String singular(Shape sample) {
        return isPoint(sample) ? "point" : "image";
    }
}
