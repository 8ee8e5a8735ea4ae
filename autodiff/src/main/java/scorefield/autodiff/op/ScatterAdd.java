package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The adjoint of {@link Gather}: row r of the result is the sum of those of the B input rows whose index is r.
 *
 * <p>Inputs: the rows B×… (FLOAT), the indices (INT, rank 1, B of them, each from 0 to {@code rows}−1).
 */
public record ScatterAdd(int rows) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        if (inputs.size() != 2
                || inputs.get(0).dtype() != DType.FLOAT
                || inputs.get(0).shape().rank() < 1
                || inputs.get(1).dtype() != DType.INT
                || inputs.get(1).shape().rank() != 1
                || inputs.get(0).shape().dim(0) != inputs.get(1).shape().dim(0)) {
            throw misfit("needs FLOAT rows and as many INT indices", inputs);
        }
        if (rows < 1) {
            throw misfit("cannot have " + rows + " rows", inputs);
        }
        return inputs.get(0).shape().with(0, rows);
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        Shape from = node.input(0).shape();
        int row = from.range(1, from.rank());
        double[] result = new double[node.shape().size()];
        for (int b = 0; b < in[1].length; b++) {
            int index = (int) in[1][b];
            if (index < 0 || index >= rows) {
                throw new IllegalArgumentException(label() + ": index " + index + " of " + rows + " rows");
            }
            for (int i = 0; i < row; i++) {
                result[index * row + i] += in[0][b * row + i];
            }
        }
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return input == 0 ? cotangent.gather(node.input(1)) : Gradients.NONE;
    }
}
