package scorefield.autodiff;

import java.util.List;
import java.util.Optional;

/**
 * One kind of computation with its attributes, and its rules: the shape of its result, its meaning, and its vector-Jacobian product.
 *
 * <p>An op is a value (a record or an enum constant): two ops with equal attributes are equal, so equal computations can be shared. The
 * set of ops is closed under differentiation, because every {@link #vjp} is itself made of tensors; so gradients of gradients need
 * nothing special.
 */
public interface Op {

    /** What the op is called in errors and listings. */
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
     * The meaning of the op, in double precision.
     *
     * @param node the tensor to compute: its shape and its inputs' shapes
     * @param in the inputs' numbers, row-major, not to be changed
     * @return the result's numbers, row-major
     */
    double[] evaluate(Tensor node, double[][] in);

    /**
     * The vector-Jacobian product: the cotangent of one input, given the cotangent of the result.
     *
     * @param node the tensor that was computed by this op
     * @param input which input, from 0
     * @param cotangent of the result's shape
     * @return of the input's shape; where the op has no derivative with respect to that input, {@link Gradients#NONE}
     */
    Tensor vjp(Tensor node, int input, Tensor cotangent);

    /**
     * The result written with other ops, for a device that has no kernel for this one.
     *
     * @param node the tensor that this op computes
     * @return a tensor of the same shape and type with the same numbers up to rounding; empty: this op is primitive
     */
    default Optional<Tensor> lowered(Tensor node) {
        return Optional.empty();
    }

    /** The error for inputs that do not fit, in one form everywhere. */
    default IllegalArgumentException misfit(String why, List<Tensor> inputs) {
        return new IllegalArgumentException(label() + ": " + why + "; the inputs are "
                + String.join(
                        ", ",
                        inputs.stream().map(t -> t.dtype() + " " + t.shape()).toList()));
    }

    /** Insists on a number of inputs, all of them {@link DType#FLOAT}. */
    default void floats(List<Tensor> inputs, int count) {
        if (inputs.size() != count || inputs.stream().anyMatch(t -> t.dtype() != DType.FLOAT)) {
            throw misfit("needs " + count + " FLOAT input" + (count == 1 ? "" : "s"), inputs);
        }
    }
}
