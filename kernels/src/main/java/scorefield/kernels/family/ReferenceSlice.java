package scorefield.kernels.family;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * A part of a node's result that the reference computes in no time: an op, the parts of the inputs that it takes, and the part of the
 * result that it gives.
 *
 * <p>The last part, because kernels go wrong at ends. What a slice leaves out is compared between kernels, of which the shipped one is
 * tested against the whole reference.
 *
 * @param op the node's op, for the smaller shapes
 * @param inputs for each input the cuts that make its part, none where all of it is taken
 * @param result the cuts that make the result's part
 */
public record ReferenceSlice(Op op, List<List<Cut>> inputs, List<Cut> result) {

    /** The last {@code count} along an axis, or all where there are no more; for {@code FLOAT} numbers. */
    public record Cut(int axis, int count) {

        private Values of(Values values) {
            Shape shape = values.shape();
            int part = Math.min(count, shape.dim(axis));
            Shape small = shape.with(axis, part);
            int inner = shape.range(axis + 1, shape.rank());
            float[] from = values.floats();
            float[] to = new float[small.size()];
            for (int i = 0; i < shape.range(0, axis); i++) {
                System.arraycopy(from, ((i + 1) * shape.dim(axis) - part) * inner, to, i * part * inner, part * inner);
            }
            return Values.of(small, to);
        }
    }

    /** All of it: right for every op, but slow where the op is. */
    public static ReferenceSlice whole(Tensor node) {
        return new ReferenceSlice(
                node.op(), node.inputs().stream().map(input -> List.<Cut>of()).toList(), List.of());
    }

    /** The node to compute, given the numbers of all inputs. */
    public Tensor node(List<Values> numbers) {
        List<Tensor> small = new ArrayList<>();
        for (int k = 0; k < numbers.size(); k++) {
            small.add(Tensor.constant(cut(numbers.get(k), inputs.get(k))));
        }
        return new Tensor(op, small);
    }

    /** The same part of what a kernel computed. */
    public Values of(Values wholeResult) {
        return cut(wholeResult, result);
    }

    private static Values cut(Values values, List<Cut> cuts) {
        Values part = values;
        for (Cut cut : cuts) {
            part = cut.of(part);
        }
        return part;
    }
}
