package scorefield.autodiff.op;

import java.util.List;
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

    /**
     * With c the cotangent, P a = a − mean(a) − x̂·mean(a·x̂) and r = 1/√(v + ε), what is differentiated is L = Σ c·dx with dx = r·P h. P is
     * symmetric, so h has the cotangent q = r·P c, which is this op again. h = g·φ(u)·scale with φ = silu′ passes it on to g, to the scale and,
     * as t = q·g·φ′(u)·scale, to u. The cotangent of x has three parts: through u, through the x̂ in P, and through r:
     *
     * <pre>dL/dx = r·P(t·scale − r·(c·mean(h·x̂) + h·mean(c·x̂))) − r·x̂·mean(c·dx)</pre>
     */
    @Override
    public Tensor vjp(Tensor node, int input, Tensor c) {
        GroupNormParts parts = new GroupNormParts(node, groups, epsilon, silu);
        Tensor g = node.input(3);
        Tensor q = parts.projected(c);
        if (input == 3) {
            return parts.timesSlope(q).times(parts.scale());
        }
        Tensor t = parts.timesCurvature(q.times(g).times(parts.scale()));
        Tensor h = parts.timesSlope(g).times(parts.scale());
        if (input == 0) {
            Tensor inner = c.times(parts.groupMean(h.times(parts.normalised())))
                    .plus(h.times(parts.groupMean(c.times(parts.normalised()))));
            Tensor direct = parts.normalised().times(parts.groupMean(c.times(node)));
            return parts.projected(t.times(parts.scale()).minus(inner.times(parts.inverseDeviation())))
                    .minus(direct.times(parts.inverseDeviation()));
        }
        Tensor perPixel = input == 1 ? parts.timesSlope(q.times(g)).plus(t.times(parts.normalised())) : t;
        return perPixel.sum(0, 1, 2);
    }
}
