package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Group normalisation (Wu &amp; He 2018, arXiv 1803.08494), and SiLU after it where {@code silu} is set:
 *
 * <pre>u = (x − μ)/√(v + ε) · scale + shift,   y = u or u·sigmoid(u)</pre>
 *
 * with mean μ and (biased) variance v over the H·W·C/groups numbers of an image's group of neighbouring channels.
 *
 * <p>Inputs: x, N×H×W×C; scale, C; shift, C. Result: N×H×W×C. SiLU is part of the op because the network always applies both, and one
 * pass over the activations instead of two saves memory traffic, forward and backward.
 */
public record GroupNorm(int groups, double epsilon, boolean silu) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 3);
        NormalisedGroups.check(this, groups, epsilon, inputs);
        return inputs.get(0).shape();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        NormalisedGroups norm = new NormalisedGroups(node.shape(), groups, epsilon, in[0], in[1], in[2]);
        double[] result = new double[in[0].length];
        Parallel.range(result.length, i -> {
            double u = norm.affine(i);
            result[i] = silu ? u * NormalisedGroups.sigmoid(u) : u;
        });
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor g) {
        List<Tensor> inputs = List.of(node.input(0), node.input(1), node.input(2), g);
        if (input == 0) {
            return new Tensor(new GroupNormInputGradient(groups, epsilon, silu), inputs);
        }
        // N×2×C: for the scale and for the shift.
        Tensor both = new Tensor(new GroupNormScaleGradient(groups, epsilon, silu), inputs).sum(0);
        return both.slice(0, input - 1, input).reshape(node.input(input).shape());
    }
}
