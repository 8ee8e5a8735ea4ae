package scorefield.bench;

/**
 * The precision that a peer computes with, and how far its results may be from those of a peer in single precision. Differences are
 * Euclidean norms relative to the norm of the right vector.
 */
enum Precision {

    /**
     * Single precision. Summation over a batch of images in another order changes a result by about a thousandth at most. Adam's first
     * steps are the signs of the gradient: where a gradient is nearly zero, rounding decides the sign, so a few parameters may differ by a
     * whole step.
     */
    FLOAT32(1e-3, 1e-3, 5e-2),

    /**
     * Products of numbers with eight significant bits, summed in single precision, as PyTorch's autocast does it. A rounding changes a
     * number by up to 2⁻⁸ = 0.4 %, and forty convolutions lie one behind another. A gradient's parameter tensor may be much smaller than
     * the terms that it is the sum of, and the signs of many more gradients are decided by rounding.
     */
    BFLOAT16(5e-2, 0.25, 0.5);

    private final double value;
    private final double gradient;
    private final double update;

    Precision(double value, double gradient, double update) {
        this.value = value;
        this.gradient = gradient;
        this.update = update;
    }

    /** The largest difference of a loss, a score or a result of an operation. */
    double value() {
        return value;
    }

    /** The largest difference of the gradient of a parameter tensor. */
    double gradient() {
        return gradient;
    }

    /** The largest difference of the updates of the parameters, or of their average, in some training steps. */
    double update() {
        return update;
    }
}
