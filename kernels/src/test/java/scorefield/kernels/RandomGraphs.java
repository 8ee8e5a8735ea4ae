package scorefield.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.RandomGraph.Instruction;
import scorefield.kernels.opencl.ClDevice;

/** Random programs, and what it takes to compare the devices on them. */
abstract class RandomGraphs {

    private static final List<OpenClDevice> DEVICES = new ArrayList<>();

    @BeforeContainer
    static void open() {
        for (ClDevice device : TestDevices.all()) {
            DEVICES.add(new OpenClDevice(device));
        }
    }

    @AfterContainer
    static void close() {
        DEVICES.forEach(OpenClDevice::close);
        DEVICES.clear();
    }

    @Provide
    Arbitrary<Instruction> instructions() {
        Arbitrary<Integer> operand = Arbitraries.integers().between(0, 999).withDistribution(uniform());
        return Combinators.combine(
                        Arbitraries.integers().between(0, RandomGraph.OPS - 1).withDistribution(uniform()),
                        operand,
                        operand,
                        Arbitraries.integers().between(0, 11))
                .as(Instruction::new);
    }

    private static RandomDistribution uniform() {
        return RandomDistribution.uniform();
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return Arbitraries.of(
                Shape.of(2, 3, 16),
                Shape.of(3, 5, 17),
                Shape.of(4, 1, 32),
                Shape.of(1, 7, 3),
                Shape.of(5, 16, 1),
                Shape.of(1, 1, 1),
                Shape.of(3, 64, 48));
    }

    /** How many instructions are differentiated so often: derivatives are some times as large as what they are taken of. */
    private static final int[] MOST = {24, 9, 5};

    /** Compares all devices with the reference. */
    static void agree(
            Shape common,
            List<Instruction> instructions,
            List<Integer> fetches,
            List<Integer> updates,
            long seed,
            int order) {
        List<Instruction> some = instructions.subList(0, Math.min(MOST[order], instructions.size()));
        RandomGraph graph = new RandomGraph(common, some, fetches, updates, seed, order);
        for (OpenClDevice device : DEVICES) {
            compare(device, graph);
        }
    }

    private static void compare(OpenClDevice device, RandomGraph graph) {
        Program program = graph.program();
        List<Tensor> results = new ArrayList<>(program.fetches());
        results.addAll(program.updates().values());
        List<Double> tolerances = FloatErrors.tolerances(results, graph.leaves());
        try (ReferenceDevice reference = new ReferenceDevice();
                Executable expected = reference.compile(program);
                Executable actual = device.compile(program)) {
            // Twice from the same numbers: memory that the first run left behind must not matter.
            for (int run = 0; run < 2; run++) {
                for (Map.Entry<Tensor, Values> leaf : graph.leaves().entrySet()) {
                    if (leaf.getKey().op() instanceof Variable) {
                        reference.write(leaf.getKey(), leaf.getValue());
                        device.write(leaf.getKey(), leaf.getValue());
                    }
                }
                List<Values> want = new ArrayList<>(expected.run(graph.leaves()));
                List<Values> got = new ArrayList<>(actual.run(graph.leaves()));
                for (Tensor variable : program.updates().keySet()) {
                    want.add(reference.read(variable));
                    got.add(device.read(variable));
                }
                for (int k = 0; k < want.size(); k++) {
                    String what =
                            (k < program.fetches().size() ? "fetch " + k : "an updated variable") + " of run " + run;
                    Agreement.check(what + " on " + device.name(), got.get(k), want.get(k), tolerances.get(k));
                }
            }
        }
    }
}
