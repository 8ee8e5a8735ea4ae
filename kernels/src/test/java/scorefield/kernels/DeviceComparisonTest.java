package scorefield.kernels;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.OpCase;
import scorefield.autodiff.OpCases;
import scorefield.autodiff.Program;
import scorefield.autodiff.Reference;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClDevice;

/** Every op with its first and second derivatives, on every OpenCL device of the machine and with the kernels for GPUs, against the reference. */
class DeviceComparisonTest {

    private static final long SEED = 1;

    private static final Map<ClDevice, OpenClDevice> DEVICES = new LinkedHashMap<>();

    @BeforeAll
    static void open() {
        for (ClDevice device : TestDevices.all()) {
            DEVICES.put(device, new OpenClDevice(device));
        }
    }

    @AfterAll
    static void close() {
        DEVICES.values().forEach(OpenClDevice::close);
    }

    static Stream<OpCase> cases() {
        return OpCases.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyDeviceAgreesWithTheReference(OpCase opCase) {
        List<Tensor> fetches = new ArrayList<>();
        Map<Tensor, Values> feeds;
        if (opCase.arguments().stream().anyMatch(a -> a.dtype() == DType.FLOAT)) {
            OpCase.Derivatives derivatives = opCase.differentiate(SEED);
            feeds = derivatives.feeds();
            fetches.add(derivatives.result());
            fetches.addAll(Gradients.of(derivatives.first(), derivatives.wrt()));
            fetches.addAll(Gradients.of(derivatives.second(), derivatives.wrt()));
        } else {
            OpCase.Graph graph = opCase.build();
            feeds = opCase.feeds(graph, SEED);
            fetches.add(graph.result());
        }
        List<Values> expected = Reference.evaluate(feeds, fetches);
        List<Double> tolerances = FloatErrors.tolerances(fetches, feeds);
        DEVICES.forEach((device, opened) -> {
            List<Values> actual;
            try (Executable executable = opened.compile(new Program(fetches, Map.of()))) {
                actual = executable.run(feeds);
            }
            for (int k = 0; k < fetches.size(); k++) {
                String what =
                        "%s on %s with kernels for a %s: %s".formatted(opCase, device, device.type(), what(k, fetches));
                Agreement.check(what, actual.get(k), expected.get(k), tolerances.get(k));
            }
        });
    }

    private static String what(int k, List<Tensor> fetches) {
        int gradients = (fetches.size() - 1) / 2;
        if (k == 0) {
            return "the result " + fetches.get(k);
        }
        return k <= gradients
                ? "first derivative " + (k - 1) + ", " + fetches.get(k)
                : "second derivative " + (k - 1 - gradients) + ", " + fetches.get(k);
    }
}
