package scorefield.kernels.pass;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Arithmetic;

/**
 * What is computed at a time by one of several ways: an op for some shapes, and its sibling output for the same ones. How fast a way is
 * depends on nothing else of a program.
 *
 * @param outputs the tensor, and its sibling if it has one; they have the same inputs
 * @param arithmetic how matrices are multiplied
 */
public record Problem(List<Tensor> outputs, Arithmetic arithmetic) {

    /**
     * The op with its attributes, its inputs' shapes and, below single precision, the precision, in one line: equal problems have equal
     * keys.
     */
    public String key() {
        return outputs.stream().map(output -> output.op().toString()).collect(Collectors.joining(" and "))
                + " of "
                + inputs().stream().map(input -> input.shape().toString()).collect(Collectors.joining(", "))
                + (arithmetic.equals(Arithmetic.FLOAT32) ? "" : " in " + arithmetic.precision());
    }

    /** The tensor, the first of the outputs. */
    public Tensor node() {
        return outputs.get(0);
    }

    /** What it is computed from. */
    public List<Tensor> inputs() {
        return node().inputs();
    }

    /** A program that computes the same of other tensors, of the same shapes, and nothing else. */
    public Program of(List<Tensor> others) {
        return new Program(
                outputs.stream().map(output -> new Tensor(output.op(), others)).toList(), Map.of());
    }
}
