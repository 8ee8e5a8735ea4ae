package scorefield.ncsn.data;

/**
 * The kernels that images are resized with. Where an image shrinks, the kernel is stretched by the factor of reduction, so that every pixel
 * has its say (antialiasing), as in Pillow and in PyTorch with {@code antialias=True}.
 */
public enum ResizeFilter {
    /** A triangle. */
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** Keys' kernel, a = −½ (R. Keys, "Cubic convolution interpolation for digital image processing", 1981, eq. 15). */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double t = Math.abs(x);
            if (t < 1) {
                return (1.5 * t - 2.5) * t * t + 1;
            }
            return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
        }
    };

    private final int reach;

    ResizeFilter(int reach) {
        this.reach = reach;
    }

    /** From where on the kernel is 0. */
    int reach() {
        return reach;
    }

    abstract double weight(double x);
}
