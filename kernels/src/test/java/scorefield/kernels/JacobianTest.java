package scorefield.kernels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Jacobian;
import scorefield.autodiff.JacobianCases;
import scorefield.autodiff.JacobianTrace;
import scorefield.autodiff.OpCase;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.TraceEstimate;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;

/** Jacobians and the gradients of their traces on every OpenCL device of the machine, against the reference. */
class JacobianTest {

    private static final long SEED = 1;
    private static final Map<ClDevice, OpenClDevice> DEVICES = new LinkedHashMap<>();

    @BeforeAll
    static void open() {
        ClDevices.list().forEach(device -> DEVICES.put(device, new OpenClDevice(device)));
    }

    @AfterAll
    static void close() {
        DEVICES.values().forEach(OpenClDevice::close);
    }

    static Stream<Arguments> devicesAndCases() {
        return ClDevices.list().stream()
                .flatMap(device -> JacobianCases.all().stream().map(opCase -> Arguments.of(device, opCase)));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("devicesAndCases")
    void agreesWithTheReference(ClDevice device, OpCase opCase) {
        OpCase.Graph graph = opCase.build();
        Map<Tensor, Values> feeds = new LinkedHashMap<>(opCase.feeds(graph, SEED));
        Tensor x = graph.inputs().get(0);
        Tensor v = Tensor.input("v", x.shape());
        feeds.put(v, feeds.get(x));
        Tensor projections = Jacobian.repeat(x, 4).reshape(stacked(4, x.shape()));
        TraceEstimate estimate = Jacobian.hutchinson(JacobianCases.function(opCase, graph), x, projections);
        Tensor trace = Jacobian.trace(JacobianCases.function(opCase, graph), x, half(x));
        List<Tensor> fetches = new ArrayList<>(List.of(
                Jacobian.full(JacobianCases.function(opCase, graph), x),
                Jacobian.jvp(graph.result(), x, v),
                estimate.products(),
                trace));
        fetches.addAll(Gradients.of(trace.square().mean(), graph.inputs()));
        List<Values> actual;
        try (Executable executable = DEVICES.get(device).compile(new Program(fetches, Map.of()))) {
            actual = executable.run(feeds);
        }
        List<Values> expected = Reference.evaluate(feeds, fetches);
        List<Double> tolerances = FloatErrors.tolerances(fetches, feeds);
        for (int k = 0; k < fetches.size(); k++) {
            Agreement.check(
                    opCase + ": " + fetches.get(k) + ", the " + k + "th",
                    actual.get(k),
                    expected.get(k),
                    tolerances.get(k));
        }
    }

    /** Two chunks; where D is odd, the second has a direction too many. */
    private static int half(Tensor x) {
        return (x.shape().range(1, x.shape().rank()) + 1) / 2;
    }

    private static Shape stacked(int n, Shape shape) {
        int[] dims = new int[shape.rank() + 1];
        dims[0] = n;
        System.arraycopy(shape.dims(), 0, dims, 1, shape.rank());
        return Shape.of(dims);
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("devicesAndCases")
    void aCompiledTraceIsTheReferences(ClDevice device, OpCase opCase) {
        OpCase.Graph graph = opCase.build();
        Map<Tensor, Values> feeds = opCase.feeds(graph, SEED);
        Tensor x = graph.inputs().get(0);
        List<Tensor> whole = List.of(Jacobian.trace(JacobianCases.function(opCase, graph), x), graph.result());
        List<Values> expected = Reference.evaluate(feeds, whole);
        List<Double> tolerances = FloatErrors.tolerances(whole, feeds);
        try (JacobianTrace trace =
                JacobianTrace.compile(DEVICES.get(device), JacobianCases.function(opCase, graph), x, half(x))) {
            JacobianTrace.Result actual = trace.run(feeds);
            Agreement.check(opCase + ": the trace", actual.trace(), expected.get(0), tolerances.get(0));
            Agreement.check(opCase + ": the value", actual.value(), expected.get(1), tolerances.get(1));
        }
    }
}
