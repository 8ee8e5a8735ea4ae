package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Rows of a table R×…, by B indices: the result is B×…, of the table's type. The adjoint of {@link ScatterAdd}.
 *
 * <p>Inputs: the table (any type), the indices (INT, rank 1, each from 0 to R−1; whoever feeds them must check them).
 */
public record Gather() implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        if (inputs.size() != 2
                || inputs.get(0).shape().rank() < 1
                || inputs.get(1).dtype() != DType.INT
                || inputs.get(1).shape().rank() != 1) {
            throw misfit("needs a table and INT indices of rank 1", inputs);
        }
        return inputs.get(0).shape().with(0, inputs.get(1).shape().dim(0));
    }

    @Override
    public DType dtype(List<Tensor> inputs) {
        return inputs.get(0).dtype();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        Shape table = node.input(0).shape();
        int row = table.range(1, table.rank());
        double[] result = new double[node.shape().size()];
        for (int b = 0; b < in[1].length; b++) {
            int index = (int) in[1][b];
            if (index < 0 || index >= table.dim(0)) {
                throw new IllegalArgumentException(label() + ": index " + index + " of a table of " + table.dim(0));
            }
            System.arraycopy(in[0], index * row, result, b * row, row);
        }
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return input == 0
                ? cotangent.scatterAdd(node.input(1), node.input(0).shape().dim(0))
                : Gradients.NONE;
    }
}
