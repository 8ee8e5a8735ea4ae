package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The adjoint of {@link Conv2d} in its images (also called transposed convolution).
 *
 * <p>Inputs: the cotangent g, N×Ho×Wo×Cout; the weights w, kh×kw×Cin×Cout. Result: of the images' shape, N×H×W×Cin.
 *
 * @param image the shape of the images
 */
public record Conv2dInputGradient(int stride, int padding, Shape image) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 2);
        Convolution convolution = new Convolution(image, inputs.get(1).shape(), stride, padding);
        if (!convolution.fits() || !convolution.y().equals(inputs.get(0).shape())) {
            throw misfit(
                    "needs the cotangent of a convolution of " + image + convolution.attributes() + ", and its weights",
                    inputs);
        }
        return image;
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return new Convolution(image, node.input(1).shape(), stride, padding).inputGradient(in[0], in[1]);
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor u) {
        return input == 0
                ? u.conv2d(node.input(1), stride, padding)
                : new Tensor(
                        new Conv2dWeightGradient(stride, padding, node.input(1).shape()), List.of(u, node.input(0)));
    }
}
