package scorefield.kernels.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Constant;
import scorefield.kernels.families.Families;
import scorefield.kernels.family.OpFamily;
import scorefield.kernels.family.ReferenceSlice;
import scorefield.kernels.pass.Problem;

/** Says whether what a kernel computes is right; see {@link Tuner} for by what. */
public final class Judge {

    private final ReferenceSlice slice;
    private final Values reference;
    private final double tolerance;
    private final List<Values> shipped;

    /**
     * Takes the shipped kernel's results as the standard.
     *
     * @param numbers of the problem's inputs, spread evenly from −1 to 1
     * @param shipped what the shipped kernel makes of them
     * @throws IllegalStateException if that is wrong
     */
    public Judge(Problem problem, List<Values> numbers, List<Values> shipped) {
        OpFamily family = Families.of(problem.node().op());
        this.slice = family.referenceSlice(problem.node());
        this.shipped = shipped;
        Tensor node = slice.node(numbers);
        this.reference = evaluate(node);
        this.tolerance = family.rounding(node, problem.arithmetic().precision())
                .tolerance(node, node.inputs().stream().map(Judge::doubles).toArray(double[][]::new));
        double error = distance(slice.of(shipped.get(0)), reference);
        if (!(error <= tolerance)) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "the kernel for %s is wrong on this device: its result differs by %.3g from the reference,"
                            + " but rounding explains only %.3g; choose another device",
                    problem.key(),
                    error,
                    tolerance));
        }
    }

    /** Numbers for the inputs of a problem, spread evenly from −1 to 1: the same for the same problem. */
    public static List<Values> numbers(Problem problem) {
        SplittableRandom random = new SplittableRandom(problem.key().hashCode());
        List<Values> numbers = new ArrayList<>();
        for (Tensor input : problem.inputs()) {
            Shape shape = input.shape();
            float[] floats = new float[shape.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = random.nextInt() * 0x1p-31f;
            }
            numbers.add(Values.of(shape, floats));
        }
        return numbers;
    }

    private static Values evaluate(Tensor tensor) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(tensor))) {
            return executable.run(Map.of()).get(0);
        }
    }

    private static double[] doubles(Tensor constant) {
        return ((Constant) constant.op()).values().doubles();
    }

    /** What is wrong with a candidate's results, if anything is. */
    public Optional<String> fault(List<Values> results) {
        double error = distance(slice.of(results.get(0)), reference);
        if (!(error <= tolerance)) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "it differs from the reference by %.3g, but rounding explains only %.3g",
                    error,
                    tolerance));
        }
        for (int k = 0; k < results.size(); k++) {
            double difference = distance(results.get(k), shipped.get(k));
            if (!(difference <= 2 * tolerance)) { // each of the two may be off by one
                return Optional.of(String.format(
                        Locale.ROOT,
                        "it differs from the shipped kernel by %.3g, but rounding explains only %.3g",
                        difference,
                        2 * tolerance));
            }
        }
        return Optional.empty();
    }

    /** The largest difference; NaN where a number is NaN. */
    private static double distance(Values a, Values b) {
        double largest = 0;
        for (int i = 0; i < b.shape().size(); i++) {
            double difference = Math.abs(a.get(i) - b.get(i));
            largest = difference > largest || Double.isNaN(difference) ? difference : largest;
            if (Double.isNaN(largest)) {
                return largest;
            }
        }
        return largest;
    }
}
