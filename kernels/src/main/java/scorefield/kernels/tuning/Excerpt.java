package scorefield.kernels.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.MatMul;
import scorefield.kernels.convolution.ConvolutionWithEpilogue;
import scorefield.kernels.pass.Problem;

/**
 * A part of a problem's result that the reference computes in no time, and how far from it a correct kernel can be.
 *
 * <p>The part is the last image; the last rows of a matrix product; of a weight gradient, to which every image contributes, the last few
 * channels. The last, because kernels go wrong at ends. What it leaves out is compared between kernels, of which the shipped one is
 * tested against the whole reference: see {@link Tuner}.
 */
public final class Excerpt {

    private static final int ROWS = 4;
    private static final int CHANNELS = 4;

    /**
     * The roundings of a sum of K products add up to a standard deviation of at most u·s·K/√2 (u = 2⁻²⁴, s that of one product), whatever
     * the order; s = 1/3 for numbers spread evenly from −1 to 1. Winograd's transforms magnify it about three times. Six times that does
     * not occur by chance: 6·3/(3√2) ≈ 4.
     */
    private static final double ROUNDINGS = 4;

    private static final int LEAST_TERMS = 16;

    /** The last {@code count} along an axis. */
    private record Cut(int axis, int count) {

        Values of(Values values) {
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

    private final Op op;
    private final List<List<Cut>> inputs = new ArrayList<>();
    private final List<Cut> result;
    private final int terms;

    private Excerpt(Op op, Tensor node, int terms, List<Cut> result) {
        this.op = op;
        this.terms = terms;
        this.result = result;
        node.inputs().forEach(input -> inputs.add(List.of()));
    }

    public static Excerpt of(Problem problem) {
        Tensor node = problem.node();
        if (node.op() instanceof Conv2dWeightGradient gradient) {
            Shape w = gradient.weights();
            Shape small = w.with(2, Math.min(CHANNELS, w.dim(2))).with(3, Math.min(CHANNELS, w.dim(3)));
            Excerpt excerpt = new Excerpt(
                    new Conv2dWeightGradient(gradient.stride(), gradient.padding(), small),
                    node,
                    node.input(1).shape().range(0, 3),
                    List.of(new Cut(2, CHANNELS), new Cut(3, CHANNELS)));
            excerpt.cut(0, new Cut(3, CHANNELS));
            excerpt.cut(1, new Cut(3, CHANNELS));
            return excerpt;
        }
        if (node.op() instanceof MatMul product) {
            int inner = product.transposeA() ? 0 : 1;
            Excerpt excerpt = new Excerpt(product, node, node.input(0).shape().dim(inner), List.of(new Cut(0, ROWS)));
            excerpt.cut(0, new Cut(1 - inner, ROWS));
            return excerpt;
        }
        ConvolutionWithEpilogue all = ConvolutionWithEpilogue.of(node.op());
        Shape w = node.input(1).shape();
        Op one;
        int terms;
        if (all.convolution() instanceof Conv2d) {
            one = all.convolution();
            terms = w.range(0, 3);
        } else if (all.convolution() instanceof Conv2dInputGradient gradient) {
            one = new Conv2dInputGradient(
                    gradient.stride(), gradient.padding(), gradient.image().with(0, 1));
            terms = w.dim(0) * w.dim(1) * w.dim(3);
        } else {
            throw new IllegalStateException(
                    "of " + node.op() + " it is not known which part the reference could compute quickly");
        }
        Cut lastImage = new Cut(0, 1);
        Op op = node.op() instanceof ConvolutionWithEpilogue
                ? new ConvolutionWithEpilogue(one, all.bias(), all.sampleBias(), all.addend())
                : one;
        Excerpt excerpt = new Excerpt(op, node, terms, List.of(lastImage));
        excerpt.cut(0, lastImage);
        for (int k = all.bias() ? 3 : 2; k < node.inputs().size(); k++) {
            excerpt.cut(k, lastImage);
        }
        return excerpt;
    }

    private void cut(int input, Cut... cuts) {
        inputs.set(input, List.of(cuts));
    }

    /** What the reference computes there. */
    public Values expected(List<Values> numbers) {
        List<Tensor> small = new ArrayList<>();
        for (int k = 0; k < numbers.size(); k++) {
            small.add(Tensor.constant(cut(numbers.get(k), inputs.get(k))));
        }
        try (ReferenceDevice reference = new ReferenceDevice();
                Executable executable = reference.compile(Program.fetching(new Tensor(op, small)))) {
            return executable.run(Map.of()).get(0);
        }
    }

    /** The same part of what a kernel computed. */
    public Values of(Values whole) {
        return cut(whole, result);
    }

    private static Values cut(Values values, List<Cut> cuts) {
        Values part = values;
        for (Cut cut : cuts) {
            part = cut.of(part);
        }
        return part;
    }

    /** How far a correct kernel may be from the exact result, for inputs spread evenly from −1 to 1. */
    public double tolerance() {
        return ROUNDINGS * 0x1p-24 * Math.max(LEAST_TERMS, terms);
    }
}
