package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Bilinear interpolation of N×H×W×C to factor times the height and width.
 *
 * <p>Pixels are squares with their values at the centres: the centre of output pixel i lies at (i + ½)/factor − ½ of the input, clamped to
 * the image (what PyTorch calls {@code align_corners=False}). The adjoint is {@link UpsampleBilinearGradient}.
 */
public record UpsampleBilinear(int factor) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        return Images.enlarged(Images.check(this, factor, inputs), factor);
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        double[] result = new double[node.shape().size()];
        visit(node.shape(), (small, large, weight) -> result[large] += weight * in[0][small]);
        return result;
    }

    interface Visitor {
        void visit(int small, int large, double weight);
    }

    /** Every pair of numbers of the small and the large images that the interpolation connects, with its weight. */
    void visit(Shape large, Visitor visitor) {
        int[] d = large.dims();
        int height = d[1] / factor;
        int width = d[2] / factor;
        for (int n = 0; n < d[0]; n++) {
            for (int i = 0; i < d[1]; i++) {
                double y = centre(i, height);
                for (int j = 0; j < d[2]; j++) {
                    double x = centre(j, width);
                    for (int corner = 0; corner < 4; corner++) {
                        int row = (int) y + corner / 2;
                        int column = (int) x + corner % 2;
                        double weight = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
                        if (weight > 0) { // a corner outside the image has weight 0
                            for (int c = 0; c < d[3]; c++) {
                                visitor.visit(
                                        ((n * height + row) * width + column) * d[3] + c,
                                        ((n * d[1] + i) * d[2] + j) * d[3] + c,
                                        weight);
                            }
                        }
                    }
                }
            }
        }
    }

    private double centre(int i, int extent) {
        return Math.min(Math.max((i + 0.5) / factor - 0.5, 0), extent - 1);
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return new Tensor(new UpsampleBilinearGradient(factor), List.of(cotangent));
    }
}
