package scorefield.autodiff;

import java.util.Locale;

/**
 * In which precision a device multiplies matrices, which convolutions are as well: how it rounds the factors before it multiplies them. The
 * products are exact, their sums are in single precision, and everything else is computed and kept in single precision.
 */
public enum Precision {
    /** Single precision: the factors are not rounded. */
    FLOAT32(0),

    /** TensorFloat-32, with 10 bits after the point: what tensor cores of NVIDIA make of single precision. */
    TF32(0x1p-11),

    /** Brain floating point, with 7 bits after the point. */
    BF16(0x1p-8);

    private final double unitRoundoff;

    Precision(double unitRoundoff) {
        this.unitRoundoff = unitRoundoff;
    }

    /** The greatest relative error of a factor that was rounded to nearest, which is half a unit in its last place. */
    public double unitRoundoff() {
        return unitRoundoff;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
