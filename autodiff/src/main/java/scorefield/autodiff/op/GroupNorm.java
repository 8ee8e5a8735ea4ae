package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Gradients;
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
 * <p>Inputs: x, N×H×W×C; scale, C; shift, C. Result: N×H×W×C. SiLU is part of the op because the network always wants both, and doing
 * both in one pass saves reading and writing every activation once more, forward and backward.
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

    /** x̂ = (x − μ)/√(v + ε), by primitive ops, of shape N×HW×groups×C/groups. */
    private static Tensor normalised(Tensor x, int groups, double epsilon) {
        int[] d = x.shape().dims();
        Tensor grouped = x.reshape(d[0], d[1] * d[2], groups, d[3] / groups);
        Tensor centred = grouped.minus(grouped.meanKeep(1, 3));
        return centred.over(centred.square().meanKeep(1, 3).plus(epsilon).sqrt());
    }

    /** The op by primitive ops, from the inputs (x, scale, shift): what its higher derivatives are taken of. */
    static Tensor primitive(List<Tensor> inputs, int groups, double epsilon, boolean silu) {
        Tensor x = inputs.get(0);
        Tensor u = normalised(x, groups, epsilon)
                .reshape(x.shape())
                .times(inputs.get(1))
                .plus(inputs.get(2));
        return silu ? u.silu() : u;
    }

    /** The gradient with respect to x by primitive ops, from (x, scale, shift, g). */
    static Tensor primitiveInputGradient(List<Tensor> inputs, int groups, double epsilon, boolean silu) {
        Tensor y = primitive(inputs, groups, epsilon, silu);
        return Gradients.vjp(y, inputs.get(3), List.of(inputs.get(0))).get(0);
    }

    /** The gradients with respect to scale and shift, image by image, by primitive ops, from (x, scale, shift, g). */
    static Tensor primitiveScaleGradient(List<Tensor> inputs, int groups, double epsilon, boolean silu) {
        Tensor x = inputs.get(0);
        Tensor xHat = normalised(x, groups, epsilon).reshape(x.shape());
        Tensor u = xHat.times(inputs.get(1)).plus(inputs.get(2));
        Tensor g = inputs.get(3);
        if (silu) { // silu′(u) = s·(1 + u·(1 − s)), s = sigmoid(u)
            Tensor s = u.sigmoid();
            g = g.times(s.times(u.times(Tensor.scalar(1).minus(s)).plus(1)));
        }
        int n = x.shape().dim(0);
        int c = x.shape().dim(3);
        return Tensor.concatenate(
                1, List.of(g.times(xHat).sum(1, 2).reshape(n, 1, c), g.sum(1, 2).reshape(n, 1, c)));
    }
}
