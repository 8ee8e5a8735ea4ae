package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Cross-correlation of images with weights: y[n,i,j,o] = Σ x[n, i·stride+a−padding, j·stride+b−padding, c] · w[a,b,c,o].
 *
 * <p>Inputs: x, N×H×W×Cin; w, kh×kw×Cin×Cout. The images count as zero outside. Result: N×Ho×Wo×Cout with
 * Ho = ⌊(H + 2·padding − kh)/stride⌋ + 1.
 */
public record Conv2d(int stride, int padding) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 2);
        Convolution convolution =
                new Convolution(inputs.get(0).shape(), inputs.get(1).shape(), stride, padding);
        if (!convolution.fits()) {
            throw misfit(
                    "needs images N×H×W×C and weights kh×kw×C×Cout that fit into them" + convolution.attributes(),
                    inputs);
        }
        return convolution.y();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        return new Convolution(node.input(0).shape(), node.input(1).shape(), stride, padding).forward(in[0], in[1]);
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor g) {
        Tensor x = node.input(0);
        Tensor w = node.input(1);
        return input == 0
                ? new Tensor(new Conv2dInputGradient(stride, padding, x.shape()), List.of(g, w))
                : new Tensor(new Conv2dWeightGradient(stride, padding, w.shape()), List.of(x, g));
    }
}
