package scorefield.kernels.softmax;

import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Softmax;
import scorefield.kernels.family.Rounding;

/**
 * The rounding of a softmax along rows, and of its gradient.
 *
 * <p>In e^(x − max) the difference is off by u·|x − max|, which is the relative error of the exponential; in the sum of a row each such error
 * counts as much as its exponential.
 *
 * @param length of a row
 */
record SoftmaxRounding(int length) implements Rounding {

    @Override
    public double[] ofResults(Tensor node, double[][] in, double[] result) {
        double[] errors = new double[result.length];
        for (int row = 0; row < result.length; row += length) {
            if (node.op() instanceof Softmax) {
                softmax(row, in[0], result, errors);
            } else {
                gradient(row, in[0], in[1], errors);
            }
        }
        return errors;
    }

    private void softmax(int row, double[] x, double[] y, double[] errors) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = row; i < row + length; i++) {
            max = Math.max(max, x[i]);
        }
        double ofSum = Math.sqrt(length);
        for (int i = row; i < row + length; i++) {
            ofSum += y[i] == 0 ? 0 : y[i] * (max - x[i]);
        }
        for (int i = row; i < row + length; i++) {
            errors[i] = y[i] == 0 ? 0 : U * y[i] * (FEW + (max - x[i]) + ofSum);
        }
    }

    private void gradient(int row, double[] y, double[] g, double[] errors) {
        double sum = 0;
        for (int i = row; i < row + length; i++) {
            sum += Math.abs(g[i] * y[i]);
        }
        for (int i = row; i < row + length; i++) {
            errors[i] = U * Math.abs(y[i]) * (FEW * Math.abs(g[i]) + (FEW + Math.sqrt(length)) * sum);
        }
    }
}
