package scorefield.kernels.pass;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Leaf;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Reduction;
import scorefield.kernels.convolution.ConvolutionWithEpilogue;

/**
 * The second pass: what is added to a convolution's result, and to nothing else of it, is added by the convolution's own kernel.
 *
 * <p>That is a layer's bias, the conditioning of a residual block, its skip connection and, among the gradients, the sum of the
 * cotangents that meet where a tensor was used twice. Each saves writing and reading a whole tensor once. An addend that a fused kernel
 * would compute on the fly stays with that kernel: to add it here it would have to be stored first, unless another op wants it in memory
 * as well.
 */
public final class Epilogues {

    private final Map<Tensor, Tensor> replacements = new IdentityHashMap<>();
    private final Map<Tensor, Integer> uses = new IdentityHashMap<>();

    /** What some op with a kernel of its own, or a fetch, wants in memory. */
    private final Set<Tensor> stored = Collections.newSetFromMap(new IdentityHashMap<>());

    private Epilogues() {}

    public static Program fuse(Program program) {
        Epilogues pass = new Epilogues();
        List<Tensor> order = program.order();
        for (Tensor node : order) {
            node.inputs().forEach(pass::use);
            if (!Fusion.isFusable(node) && !(node.op() instanceof Reduction) && !Fusion.isView(node)) {
                node.inputs().forEach(input -> pass.stored.add(Fusion.source(input)));
            }
        }
        program.fetches().forEach(fetch -> pass.stored.add(Fusion.source(fetch)));
        program.fetches().forEach(pass::use);
        program.updates().values().forEach(pass::use);
        for (Tensor node : order) {
            pass.replacements.put(node, pass.rewritten(node));
        }
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        program.updates().forEach((variable, value) -> updates.put(variable, pass.replacements.get(value)));
        return new Program(
                program.fetches().stream().map(pass.replacements::get).toList(), updates);
    }

    private void use(Tensor tensor) {
        uses.merge(tensor, 1, Integer::sum);
    }

    private Tensor rewritten(Tensor node) {
        if (node.op() instanceof Leaf) {
            return node;
        }
        List<Tensor> inputs = node.inputs().stream().map(replacements::get).toList();
        if (node.op() == Pointwise.ADD) {
            for (int side = 0; side < 2; side++) {
                if (uses.get(node.input(side)) == 1) {
                    Tensor other = node.input(1 - side);
                    Tensor fused = added(
                            inputs.get(side), inputs.get(1 - side), stored.contains(Fusion.throughReshapes(other)));
                    if (fused != null) {
                        // It is the convolution that costs: the layer that it belongs to keeps it.
                        String layer = inputs.get(side).name();
                        return fused.named(layer.isEmpty() ? node.name() : layer);
                    }
                }
            }
        }
        return inputs.equals(node.inputs()) ? node : node.withInputs(inputs);
    }

    /**
     * The sum as one convolution, or null if the first tensor is none or cannot take the second.
     *
     * @param isStored whether the second will be in memory in any case
     */
    private static @Nullable Tensor added(Tensor convolution, Tensor other, boolean isStored) {
        if (!(convolution.op() instanceof Conv2d
                || convolution.op() instanceof Conv2dInputGradient
                || convolution.op() instanceof ConvolutionWithEpilogue)) {
            return null;
        }
        ConvolutionWithEpilogue op = ConvolutionWithEpilogue.of(convolution.op());
        Shape shape = convolution.shape();
        int channels = shape.dim(3);
        if (Fusion.throughReshapes(other).op() instanceof Broadcast) {
            if (!(other.op() instanceof Broadcast) || Simplify.constantOf(other).isPresent()) {
                return null;
            }
            Tensor vector = other.input(0);
            if (!op.bias() && isBroadcastOf(vector, 1, channels)) {
                return op.withBias(convolution.inputs(), vector);
            }
            return !op.sampleBias() && isBroadcastOf(vector, shape.dim(0), channels)
                    ? op.withSampleBias(convolution.inputs(), vector)
                    : null;
        }
        return op.addend() || (!isStored && Fusion.isFusable(Fusion.throughReshapes(other)))
                ? null
                : op.withAddend(convolution.inputs(), other);
    }

    /** Whether a tensor that is broadcast to N×H×W×C is (images×)1×1×channels. */
    private static boolean isBroadcastOf(Tensor vector, int images, int channels) {
        Shape shape = vector.shape();
        int rank = shape.rank();
        return rank > 0
                && shape.size() == images * channels
                && shape.dim(rank - 1) == channels
                && (images == 1 || (rank == 4 && shape.dim(0) == images));
    }
}
