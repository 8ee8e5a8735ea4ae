package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The gradients of {@link GroupNorm} with respect to its scale and its shift, image by image. With g̃ the cotangent of u:
 *
 * <pre>result[n,0,c] = Σ g̃·x̂,   result[n,1,c] = Σ g̃   (over the pixels of image n)</pre>
 *
 * Inputs: x, N×H×W×C; scale, C; shift, C; the cotangent g, N×H×W×C. Result: N×2×C; summed over N it is the gradient.
 */
public record GroupNormScaleGradient(int groups, double epsilon, boolean silu) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 4);
        NormalisedGroups.check(this, groups, epsilon, inputs);
        Shape x = inputs.get(0).shape();
        return Shape.of(x.dim(0), 2, x.dim(3));
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        Shape x = node.input(0).shape();
        int channels = x.dim(3);
        NormalisedGroups norm = new NormalisedGroups(x, groups, epsilon, in[0], in[1], in[2]);
        double[] result = new double[node.shape().size()];
        for (int i = 0; i < in[0].length; i++) {
            double g = norm.throughSilu(silu, in[3][i], i);
            int row = norm.image(i) * 2 * channels + norm.channel(i);
            result[row] += g * norm.normalised(i);
            result[row + channels] += g;
        }
        return result;
    }

    /** With (a, b) the cotangent of the two rows, what is differentiated is L = Σ g·φ(u)·(a·x̂ + b), φ = silu′ (or 1). */
    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        GroupNormParts parts = new GroupNormParts(node, groups, epsilon, silu);
        int n = cotangent.shape().dim(0);
        Tensor a = cotangent.slice(1, 0, 1).reshape(n, 1, 1, -1);
        Tensor b = cotangent.slice(1, 1, 2).reshape(n, 1, 1, -1);
        Tensor g = node.input(3);
        Tensor w = parts.normalised().times(a).plus(b);
        if (input == 3) {
            return parts.timesSlope(w);
        }
        Tensor t = parts.timesCurvature(w.times(g)); // u's cotangent
        if (input == 0) {
            return parts.projected(
                    t.times(parts.scale()).plus(parts.timesSlope(g).times(a)));
        }
        return (input == 1 ? t.times(parts.normalised()) : t).sum(0, 1, 2);
    }
}
