package scorefield.ncsn.sampler;

import java.util.Arrays;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * Some pixels of an image are known, the others are to be filled in.
 *
 * <p>The other pixels' values are dropped here, on the host: nothing that is computed from this can depend on them.
 */
public final class KnownPixels implements KnownPart {

    private final Tensor mask;
    private final Tensor pixels;

    /**
     * An image of which a part is known.
     *
     * @param image H×W×C
     * @param known for each of the H·W pixels, row by row, whether it is known
     */
    public KnownPixels(Values image, boolean[] known) {
        Shape shape = image.shape();
        if (shape.rank() != 3 || shape.dim(0) * shape.dim(1) != known.length) {
            throw new IllegalArgumentException("a mask of " + known.length + " pixels is not one for an image " + shape
                    + " (height, width, channels)");
        }
        int channels = shape.dim(2);
        float[] seen = image.floats().clone();
        float[] ones = new float[known.length];
        for (int pixel = 0; pixel < known.length; pixel++) {
            ones[pixel] = known[pixel] ? 1 : 0;
            if (!known[pixel]) {
                Arrays.fill(seen, pixel * channels, (pixel + 1) * channels, 0);
            }
        }
        this.mask = Tensor.constant(Values.of(Shape.of(shape.dim(0), shape.dim(1), 1), ones));
        this.pixels = Tensor.constant(Values.of(shape, seen));
    }

    @Override
    public Tensor imposed(Tensor x, Tensor noise) {
        return Tensor.select(mask, pixels.plus(noise), x);
    }
}
