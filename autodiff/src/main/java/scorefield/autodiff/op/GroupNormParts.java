package scorefield.autodiff.op;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The parts of the second derivatives of {@link GroupNorm}, as graphs. They use the fused ops as far as possible: the same means and
 * products in single ops, differentiated again, would read every activation several times as often.
 */
final class GroupNormParts {

    private final int groups;
    private final double epsilon;
    private final boolean silu;
    private final Tensor x;
    private final Tensor scale;
    private final Tensor shift;
    private final Tensor one;
    private final Tensor zero;

    /** @param node whose first inputs are x, N×H×W×C; scale, C; shift, C */
    GroupNormParts(Tensor node, int groups, double epsilon, boolean silu) {
        this.groups = groups;
        this.epsilon = epsilon;
        this.silu = silu;
        this.x = node.input(0);
        this.scale = node.input(1);
        this.shift = node.input(2);
        this.one = Tensor.fill(scale.shape(), 1);
        this.zero = Tensor.zeros(scale.shape());
    }

    Tensor scale() {
        return scale;
    }

    /** x̂. */
    Tensor normalised() {
        return x.groupNorm(one, zero, groups, epsilon);
    }

    /** u = x̂·scale + shift. */
    private Tensor affine() {
        return x.groupNorm(scale, shift, groups, epsilon);
    }

    /** a·φ(u): silu′(u) = s·(1 + u·(1 − s)) with s = sigmoid(u), or 1. */
    Tensor timesSlope(Tensor a) {
        if (!silu) {
            return a;
        }
        Tensor u = affine();
        Tensor s = u.sigmoid();
        return a.times(s.times(u.times(Tensor.scalar(1).minus(s)).plus(1)));
    }

    /** a·φ′(u): silu″(u) = s·(1 − s)·(2 + u·(1 − 2s)), or 0. */
    Tensor timesCurvature(Tensor a) {
        if (!silu) {
            return Tensor.zeros(a.shape());
        }
        Tensor u = affine();
        Tensor s = u.sigmoid();
        return a.times(s.times(Tensor.scalar(1).minus(s))
                .times(u.times(Tensor.scalar(1).minus(s.times(2))).plus(2)));
    }

    /** (a − mean(a) − x̂·mean(a·x̂))/√(v + ε): the cotangent of x, given x̂'s. */
    Tensor projected(Tensor a) {
        return new Tensor(new GroupNormInputGradient(groups, epsilon, false), List.of(x, one, zero, a));
    }

    private Tensor grouped(Tensor images) {
        Shape d = x.shape();
        return images.reshape(d.dim(0), d.dim(1) * d.dim(2), groups, d.dim(3) / groups);
    }

    /** The mean over each image's groups, for each channel, N×1×1×C. */
    Tensor groupMean(Tensor images) {
        return perChannel(grouped(images).meanKeep(1, 3));
    }

    /** 1/√(v + ε) for each channel, N×1×1×C. */
    Tensor inverseDeviation() {
        Tensor images = grouped(x);
        Tensor variance = images.minus(images.meanKeep(1, 3)).square().meanKeep(1, 3);
        return perChannel(Tensor.scalar(1).over(variance.plus(epsilon).sqrt()));
    }

    /** N×1×groups×1 to N×1×1×C. */
    private Tensor perChannel(Tensor perGroup) {
        Shape d = x.shape();
        return perGroup.broadcastTo(Shape.of(d.dim(0), 1, groups, d.dim(3) / groups))
                .reshape(d.dim(0), 1, 1, d.dim(3));
    }
}
