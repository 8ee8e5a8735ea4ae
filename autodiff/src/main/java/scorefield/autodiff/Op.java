package scorefield.autodiff;

import java.util.List;
import java.util.Optional;

/**
 * One kind of computation with its attributes, and its rules: the shape of its result, its meaning, and its vector-Jacobian product.
 *
 * <p>An op is a value (a record or an enum constant): two ops with equal attributes are equal, so equal computations can be shared. The
 * set of ops is closed under differentiation, because every {@link #vjp} is itself made of tensors; so gradients of gradients need
 * nothing special.
 *
 * <p>A <em>primitive</em> op states its {@linkplain #evaluate meaning} and its {@linkplain #vjp derivative}. An op that can be written with
 * other ops states its {@linkplain #lowered lowering} instead: meaning and derivative follow from it, and so does a way to compute it on
 * every device. It may still state them, where it knows a more accurate or a cheaper form.
 *
 * <pre>{@code
 * record Hypotenuse() implements Op {
 *     public Shape shape(List<Tensor> inputs) {
 *         floats(inputs, 2);
 *         return Shape.broadcast(label(), inputs.get(0).shape(), inputs.get(1).shape());
 *     }
 *
 *     public Optional<Tensor> lowered(Tensor node) {
 *         return Optional.of(node.input(0).square().plus(node.input(1).square()).sqrt());
 *     }
 * }
 *
 * Tensor c = new Tensor(new Hypotenuse(), List.of(a, b));
 * }</pre>
 */
public interface Op {

    /** The name of the op in errors and listings. */
    default String label() {
        return getClass().getSimpleName();
    }

    /**
     * The shape of the result.
     *
     * @throws IllegalArgumentException naming the op and the shapes, if they do not fit together
     */
    Shape shape(List<Tensor> inputs);

    /** The type of the result's numbers. */
    default DType dtype(List<Tensor> inputs) {
        return DType.FLOAT;
    }

    /**
     * The result written with other ops: a graph that computes the same tensor from the node's inputs and from constants, and reads no
     * other leaf. A device computes it in place of an op that it has no kernel for.
     *
     * <p>It has the node's shape and type, and its values up to rounding. Neither it nor the lowerings of its ops contain this op again.
     *
     * @param node a tensor that is computed by this op
     * @return empty for a primitive op; it may depend on the node's shapes
     */
    default Optional<Tensor> lowered(Tensor node) {
        return Optional.empty();
    }

    /**
     * The meaning of the op, in double precision; by default, that of its {@linkplain #lowered lowering}.
     *
     * @param node the tensor to compute: its shape and its inputs' shapes
     * @param in the inputs' numbers, row-major, not to be changed
     * @return the result's numbers, row-major
     * @throws UnsupportedOperationException if the op states neither its meaning nor a lowering
     */
    default double[] evaluate(Tensor node, double[][] in) {
        return Lowering.of(node, "evaluate").evaluate(in);
    }

    /**
     * The vector-Jacobian product: the cotangent of one input, given the cotangent of the result; by default, that of the op's
     * {@linkplain #lowered lowering}.
     *
     * <p>It is a partial derivative: the other inputs count as constants, even where they are computed from this one or are the same tensor.
     *
     * @param node the tensor that was computed by this op
     * @param input which input, from 0
     * @param cotangent of the result's shape
     * @return of the input's shape; where the op has no derivative with respect to that input, {@link Gradients#NONE}
     * @throws UnsupportedOperationException if the op states neither its derivative nor a lowering
     */
    default Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return Lowering.of(node, "vjp").vjp(input, cotangent);
    }

    /** The error for inputs that do not fit the op: its name, what it needs, and the inputs. */
    default IllegalArgumentException misfit(String why, List<Tensor> inputs) {
        return new IllegalArgumentException(label() + ": " + why + "; the inputs are "
                + String.join(
                        ", ",
                        inputs.stream().map(t -> t.dtype() + " " + t.shape()).toList()));
    }

    /** Checks that there are {@code count} inputs, all of them {@link DType#FLOAT}; throws {@link #misfit} if not. */
    default void floats(List<Tensor> inputs, int count) {
        if (inputs.size() != count || inputs.stream().anyMatch(t -> t.dtype() != DType.FLOAT)) {
            throw misfit("needs " + count + " FLOAT input" + (count == 1 ? "" : "s"), inputs);
        }
    }
}
