package scorefield.ncsn.sampler;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * Every pixel's luminance is known, its colour is not: w·(r, g, b) = grey, with the weights of ITU-R BT.709.
 *
 * <p>In the orthonormal colour basis whose first axis is u = w/‖w‖, a pixel's first coordinate is grey/‖w‖ and the other two are free: P
 * is uuᵀ at each pixel. (Song et al. 2021, appendix I.4, do this with w = (1, 1, 1)/3; any w will do, and this one is how bright a colour
 * looks on a screen.)
 */
public final class KnownLuminance implements KnownPart {

    /** BT.709's weights of red, green and blue. */
    private static final double[] WEIGHTS = {0.2126, 0.7152, 0.0722};

    private static final double NORM = Math.sqrt(squares());

    /** u, of shape 3. */
    private final Tensor axis;
    /** The first coordinate, H×W×1. */
    private final Tensor coordinate;

    /**
     * A picture whose colours were lost.
     *
     * @param grey H×W×1
     */
    public KnownLuminance(Values grey) {
        Shape shape = grey.shape();
        if (shape.rank() != 3 || shape.dim(2) != 1) {
            throw new IllegalArgumentException("luminance must be one number for each pixel, H×W×1; got " + shape);
        }
        double[] unit = WEIGHTS.clone();
        double[] along = grey.doubles().clone();
        for (int c = 0; c < unit.length; c++) {
            unit[c] /= NORM;
        }
        for (int pixel = 0; pixel < along.length; pixel++) {
            along[pixel] /= NORM;
        }
        this.axis = Tensor.constant(Values.of(Shape.of(unit.length), unit));
        this.coordinate = Tensor.constant(Values.of(shape, along));
    }

    /** The luminance of a colour picture H×W×3, as H×W×1: all that colouring uses of it. */
    public static Values of(Values colour) {
        Shape shape = colour.shape();
        if (shape.rank() != 3 || shape.dim(2) != WEIGHTS.length) {
            throw new IllegalArgumentException("a colour picture must be H×W×3; got " + shape);
        }
        double[] rgb = colour.doubles();
        double[] grey = new double[rgb.length / WEIGHTS.length];
        for (int i = 0; i < rgb.length; i++) {
            grey[i / WEIGHTS.length] += WEIGHTS[i % WEIGHTS.length] * rgb[i];
        }
        return Values.of(shape.with(2, 1), grey);
    }

    private static double squares() {
        double sum = 0;
        for (double weight : WEIGHTS) {
            sum += weight * weight;
        }
        return sum;
    }

    @Override
    public Tensor imposed(Tensor x, Tensor noise) {
        // P(y + noise − x), of which only the first coordinate matters.
        Tensor missing = coordinate.plus(noise.minus(x).times(axis).sumKeep(3));
        return x.plus(missing.times(axis));
    }
}
