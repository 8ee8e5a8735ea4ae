package scorefield.autodiff.op;

import scorefield.autodiff.Shape;

/**
 * The geometry that a convolution shares with its two gradients, and the three sums over it.
 *
 * <p>All three come from one trilinear form, Σ g[n,i,j,o] · x[n, i·stride+a−padding, j·stride+b−padding, c] · w[a,b,c,o]: each is its
 * gradient with respect to one of the three arguments. So the three ops differentiate into one another, to any order.
 */
record Convolution(Shape x, Shape w, int stride, int padding) {

    Shape y() {
        return Shape.of(x.dim(0), extent(x.dim(1), w.dim(0)), extent(x.dim(2), w.dim(1)), w.dim(3));
    }

    private int extent(int image, int kernel) {
        return (image + 2 * padding - kernel) / stride + 1;
    }

    /** Whether the shapes are those of images and weights, and the weights fit into the padded images. */
    boolean fits() {
        return stride >= 1
                && padding >= 0
                && x.rank() == 4
                && w.rank() == 4
                && x.dim(3) == w.dim(2)
                && x.dim(1) + 2 * padding >= w.dim(0)
                && x.dim(2) + 2 * padding >= w.dim(1);
    }

    /** Stride and padding, for error messages. */
    String attributes() {
        return " with stride " + stride + " and padding " + padding;
    }

    private interface Tap {
        /** Row starts: of x's pixel, of the weights at (a, b), of y's pixel. */
        void at(int x, int w, int y);
    }

    /** Every pair of pixels that a weight connects, for one image. */
    private void taps(int n, Tap tap) {
        Shape y = y();
        for (int i = 0; i < y.dim(1); i++) {
            for (int j = 0; j < y.dim(2); j++) {
                for (int a = 0; a < w.dim(0); a++) {
                    for (int b = 0; b < w.dim(1); b++) {
                        int row = i * stride + a - padding;
                        int column = j * stride + b - padding;
                        if (row >= 0 && row < x.dim(1) && column >= 0 && column < x.dim(2)) {
                            tap.at(
                                    ((n * x.dim(1) + row) * x.dim(2) + column) * x.dim(3),
                                    (a * w.dim(1) + b) * w.dim(2) * w.dim(3),
                                    ((n * y.dim(1) + i) * y.dim(2) + j) * y.dim(3));
                        }
                    }
                }
            }
        }
    }

    double[] forward(double[] image, double[] weights) {
        int inner = w.dim(2);
        int outer = w.dim(3);
        double[] result = new double[y().size()];
        Parallel.blocks(
                x.dim(0),
                n -> taps(n, (ix, iw, iy) -> {
                    for (int c = 0; c < inner; c++) {
                        double value = image[ix + c];
                        for (int o = 0; o < outer; o++) {
                            result[iy + o] += value * weights[iw + c * outer + o];
                        }
                    }
                }));
        return result;
    }

    double[] inputGradient(double[] g, double[] weights) {
        int inner = w.dim(2);
        int outer = w.dim(3);
        double[] result = new double[x.size()];
        Parallel.blocks(
                x.dim(0),
                n -> taps(n, (ix, iw, iy) -> {
                    for (int c = 0; c < inner; c++) {
                        double sum = 0;
                        for (int o = 0; o < outer; o++) {
                            sum += g[iy + o] * weights[iw + c * outer + o];
                        }
                        result[ix + c] += sum;
                    }
                }));
        return result;
    }

    double[] weightGradient(double[] image, double[] g) {
        int inner = w.dim(2);
        int outer = w.dim(3);
        double[] result = new double[w.size()];
        // Parallel over input channels, which own disjoint parts of the result: the order of each sum is always the
        // same.
        Parallel.blocks(inner, c -> {
            for (int n = 0; n < x.dim(0); n++) {
                taps(n, (ix, iw, iy) -> {
                    double value = image[ix + c];
                    for (int o = 0; o < outer; o++) {
                        result[iw + c * outer + o] += value * g[iy + o];
                    }
                });
            }
        });
        return result;
    }
}
