package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The gradient of {@link GroupNorm} with respect to its images. With g̃ the cotangent of u (g·silu′(u) or g) and h = g̃·scale:
 *
 * <pre>dx = (h − mean(h) − x̂·mean(h·x̂)) / √(v + ε)</pre>
 *
 * the means over each image's groups. Inputs: x, N×H×W×C; scale, C; shift, C; the cotangent g, N×H×W×C. Result: N×H×W×C.
 */
public record GroupNormInputGradient(int groups, double epsilon, boolean silu) implements Op {

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, 4);
        NormalisedGroups.check(this, groups, epsilon, inputs);
        return inputs.get(0).shape();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        NormalisedGroups norm = new NormalisedGroups(node.shape(), groups, epsilon, in[0], in[1], in[2]);
        double[] h = new double[in[0].length];
        Parallel.range(h.length, i -> h[i] = norm.throughSilu(silu, in[3][i], i) * in[1][norm.channel(i)]);
        double[] mean = norm.groupMeans(i -> h[i]);
        double[] slope = norm.groupMeans(i -> h[i] * norm.normalised(i));
        double[] result = new double[h.length];
        Parallel.range(result.length, i -> {
            int k = norm.group(i);
            result[i] = (h[i] - mean[k] - norm.normalised(i) * slope[k]) * norm.inverseDeviation(i);
        });
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return Gradients.throughPrimitives(
                node, input, cotangent, inputs -> GroupNorm.primitiveInputGradient(inputs, groups, epsilon, silu));
    }
}
