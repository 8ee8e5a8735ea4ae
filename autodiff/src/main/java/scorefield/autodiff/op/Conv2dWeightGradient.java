package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The adjoint of {@link Conv2d} in its weights.
 *
 * <p>Inputs: the images x, N×H×W×Cin; the cotangent g, N×Ho×Wo×Cout. Result: of the weights' shape, kh×kw×Cin×Cout.
 *
 * @param weights the shape of the weights
 */
public record Conv2dWeightGradient(int stride, int padding, Shape weights) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 2);
        Convolution convolution = new Convolution(inputs.get(0).shape(), weights, stride, padding);
        if (!convolution.fits() || !convolution.y().equals(inputs.get(1).shape())) {
            throw misfit(
                    "needs the images and the cotangent of a convolution with weights " + weights
                            + convolution.attributes(),
                    inputs);
        }
        return weights;
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return new Convolution(node.input(0).shape(), weights, stride, padding).weightGradient(in[0], in[1]);
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor v) {
        Tensor x = node.input(0);
        Tensor g = node.input(1);
        return input == 0
                ? new Tensor(new Conv2dInputGradient(stride, padding, x.shape()), List.of(g, v))
                : x.conv2d(v, stride, padding);
    }
}
