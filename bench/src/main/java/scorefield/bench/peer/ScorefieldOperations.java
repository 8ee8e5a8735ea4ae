package scorefield.bench.peer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.training.Adam;

/** This project's single operations, on any device; their inputs and results are variables on the device. */
public final class ScorefieldOperations implements OperationPeer {

    private final String id;
    private Device device;
    private @Nullable Executable executable;
    private List<Tensor> outputs = List.of();
    private Map<String, Tensor> variables = Map.of();
    private final Tensor done = Tensor.variable("done", Shape.SCALAR);

    /** @param id the id of an OpenCL device, or {@code reference} */
    public ScorefieldOperations(String id) {
        this.id = id;
        this.device = ScorefieldPeer.open(id);
    }

    @Override
    public String describe() {
        return ScorefieldPeer.description(id);
    }

    @Override
    public void prepare(Operation operation) {
        close();
        device = ScorefieldPeer.open(id); // without the memory of the previous operation
        variables = new HashMap<>();
        operation.numbers().forEach((name, numbers) -> {
            Tensor variable = Tensor.variable(name, shape(operation, name));
            variables.put(name, variable);
            device.write(variable, Values.of(variable.shape(), numbers));
        });
        List<Tensor> results = results(operation);
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        outputs = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            // Adam updates its inputs in place; the other operations have separate results.
            Tensor output = operation.kind() == Operation.Kind.ADAM
                    ? variable(List.of("x", "mean", "meanSquare", "average").get(i))
                    : Tensor.variable("result " + i, results.get(i).shape());
            outputs.add(output);
            updates.put(output, results.get(i));
        }
        executable = device.compile(new Program(List.of(), updates));
    }

    private Tensor variable(String name) {
        Tensor variable = variables.get(name);
        if (variable == null) {
            throw new IllegalStateException("there are no numbers called " + name);
        }
        return variable;
    }

    private static Shape shape(Operation operation, String name) {
        return switch (name) {
            case "w" -> operation.weights();
            case "cotangent" -> operation.y();
            case "scale", "shift" -> Shape.of(operation.x().dim(3));
            default -> operation.x();
        };
    }

    private List<Tensor> results(Operation operation) {
        Tensor x = variable("x");
        return switch (operation.kind()) {
            case CONVOLUTION -> List.of(convolution(operation));
            case INPUT_GRADIENT -> Gradients.vjp(convolution(operation), variable("cotangent"), List.of(x));
            case WEIGHT_GRADIENT ->
                Gradients.vjp(convolution(operation), variable("cotangent"), List.of(variable("w")));
            case NORM_SILU -> List.of(normSilu(operation));
            case NORM_SILU_GRADIENT ->
                Gradients.vjp(
                        normSilu(operation), variable("cotangent"), List.of(x, variable("scale"), variable("shift")));
            case UPSAMPLE -> List.of(x.upsampleNearest(2));
            case ADAM -> adam();
        };
    }

    private Tensor convolution(Operation operation) {
        return variable("x").conv2d(variable("w"), 1, operation.kernel() / 2);
    }

    private Tensor normSilu(Operation operation) {
        return variable("x")
                .groupNormSilu(variable("scale"), variable("shift"), operation.groups(), Operation.NORM_EPSILON);
    }

    /** The first step. */
    private List<Tensor> adam() {
        Adam next = Adam.step(
                new Adam(variable("x"), variable("mean"), variable("meanSquare")),
                variable("gradient"),
                new Adam.Constants(Peer.BETA1, Peer.BETA2, Peer.EPSILON, 0),
                new Adam.Schedule(
                        Tensor.scalar(Peer.LEARNING_RATE),
                        Tensor.scalar(1 / (1 - Peer.BETA1)),
                        Tensor.scalar(1 / (1 - Peer.BETA2))));
        Tensor average =
                variable("average").times(Peer.AVERAGE).plus(next.parameters().times(1 - Peer.AVERAGE));
        return List.of(next.parameters(), next.mean(), next.meanSquare(), average);
    }

    @Override
    public void repeat(int times) {
        if (executable == null) {
            throw new IllegalStateException("no operation was prepared; call prepare first");
        }
        for (int i = 0; i < times; i++) {
            executable.run(Map.of());
        }
        device.read(done); // waits
    }

    @Override
    public float[] results() {
        float[][] parts =
                outputs.stream().map(output -> device.read(output).floats()).toArray(float[][]::new);
        return Numbers.joined(List.of(parts));
    }

    @Override
    public void close() {
        if (executable != null) {
            executable.close();
            executable = null;
        }
        device.close();
    }

    /** A process with this peer: the argument is the OpenCL device, or {@code reference}. */
    public static void main(String... arguments) throws Exception {
        PeerServer.serve(() -> new ScorefieldOperations(arguments[0]));
    }
}
