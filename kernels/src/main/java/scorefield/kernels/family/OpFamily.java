package scorefield.kernels.family;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import scorefield.autodiff.Op;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Tensor;

/**
 * All that the OpenCL side knows of a few ops that belong together: how each is computed, and what else a pass, the code generator, the
 * tuner or a test needs to know.
 *
 * <p>Nothing outside a family asks what kind of op it has before it. To give an op kernels of its own, write a family in a package of its
 * own and add a line to {@code scorefield.kernels.families.Families}. An op that no family has is lowered ({@link Op#lowered}), so that a
 * family is only ever needed for speed.
 *
 * <p>A family must say which ops it has, how they are computed, and how they round. The other aspects are optional: each default is right
 * for any op.
 */
public interface OpFamily {

    /** The classes of the family's ops. */
    Set<Class<? extends Op>> ops();

    /**
     * Whether the family computes a node. One that it does not compute is lowered, as if its op were in no family.
     *
     * @param node a tensor of one of the family's ops
     */
    default boolean computes(Tensor node) {
        return true;
    }

    /**
     * How a node is computed.
     *
     * @param node a tensor of one of the family's ops
     */
    Computation computation(Tensor node);

    /**
     * How far a correct single-precision kernel may be from the op's exact results.
     *
     * @param node a tensor of one of the family's ops
     */
    Rounding rounding(Tensor node);

    /**
     * The same where the device multiplies matrices in a lower precision. A family that multiplies none need not say more.
     *
     * @param precision in which it rounds the factors
     */
    default Rounding rounding(Tensor node, Precision precision) {
        return rounding(node);
    }

    /**
     * A simpler tensor with the same numbers, if there is one. Infinities and NaN must stay what they are: x·0 is not 0.
     *
     * @param node a tensor of the original program
     * @param inputs what its inputs became
     */
    default Optional<Tensor> simplified(Tensor node, List<Tensor> inputs, Simplification context) {
        return Optional.empty();
    }

    /**
     * The result of a consumer, computed by the node's own kernel while its numbers are still in registers (the kernel's epilogue).
     *
     * @param node a tensor of one of the family's ops, which only the consumer reads
     * @param consumer a tensor of any op
     * @param input which of the consumer's inputs the node is
     * @return a tensor with the consumer's numbers that replaces both; empty where the kernel cannot compute it
     */
    default Optional<Tensor> absorbed(Tensor node, Tensor consumer, int input, Absorption context) {
        return Optional.empty();
    }

    /**
     * Whether the launches of one tensor compute another as well: <i>sibling outputs</i>. {@link
     * scorefield.kernels.launch.Emitter#sibling} then says where the second goes.
     *
     * @param first a tensor of one of the family's ops
     * @param second a tensor of any op with the same inputs
     */
    default boolean areSiblings(Tensor first, Tensor second) {
        return false;
    }

    /**
     * Where in a node's result one of its inputs may be computed in its place, in elements from the start. Its launches must then leave
     * alone an input that lies there already.
     *
     * @return empty where the input needs memory of its own
     */
    default OptionalInt inputInPlace(Tensor node, int input) {
        return OptionalInt.empty();
    }

    /** The error for an op that {@link #ops} lists, but that the family says nothing more of. */
    default IllegalStateException incomplete(Tensor node) {
        return new IllegalStateException(getClass().getSimpleName() + " has the op "
                + node.op().label() + ", but does not say how it is computed, or how it rounds; add it there");
    }

    /** The part of a node that the reference computes in order to check a kernel. */
    default ReferenceSlice referenceSlice(Tensor node) {
        return ReferenceSlice.whole(node);
    }
}
