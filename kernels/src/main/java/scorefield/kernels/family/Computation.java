package scorefield.kernels.family;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Emitter;

/** How a node is computed: not at all, on the fly by a generated kernel, or by launches of its own. */
public sealed interface Computation {

    /** Its numbers lie within its input's memory, in the same order, from some element on. It costs nothing. */
    record View(int offset) implements Computation {}

    /**
     * Number i follows from number i of each input. It is <i>fusable</i>: a generated kernel computes a chain of such nodes without memory
     * in between.
     *
     * @param cost how much it takes to compute one number, roughly: 1 for an addition, 10 for a transcendental function
     * @param operations the arithmetic operations for one number, for the profile; a function counts as one
     * @param expression the OpenCL C expression of number i of a node
     */
    record Elementwise(int cost, int operations, BiFunction<Tensor, ElementCode, String> expression)
            implements Computation {}

    /** Its only input, which lies in memory, is broadcast to its shape: a number of the input stands at several places. It is fusable. */
    record Repeated() implements Computation {}

    /**
     * Some axes are folded to extent 1, in a fixed order, by a generated kernel that computes the fusable chain before it on the fly.
     *
     * @param name the start of the kernels' names
     * @param axes those that are folded, ascending
     * @param identity what an empty fold gives, in OpenCL C
     * @param fold two expressions to one, in OpenCL C
     * @param selects whether the result is one of the numbers: then whoever looks for it among them later must see the same bits
     */
    record Fold(String name, List<Integer> axes, String identity, BinaryOperator<String> fold, boolean selects)
            implements Computation {}

    /**
     * It has kernels of its own.
     *
     * @param launches adds the launches, in order
     */
    record Launched(Consumer<Emitter> launches) implements Computation {}

    /** Whether a generated kernel may compute it on the fly. */
    default boolean isFusable() {
        return this instanceof Elementwise || this instanceof Repeated;
    }
}
