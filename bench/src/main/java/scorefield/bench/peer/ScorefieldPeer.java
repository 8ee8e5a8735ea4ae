package scorefield.bench.peer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.ncsn.network.Parameters;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.training.Adam;

/**
 * This project's own peer, on any device.
 *
 * <p>A training step is the same graph as in {@code scorefield.ncsn.training}, except that the batch, its noise and its
 * noise levels are on the device and stay the same, so that another library can use the same numbers.
 */
public final class ScorefieldPeer implements Peer {

    private static final Adam.Constants ADAM = new Adam.Constants(BETA1, BETA2, EPSILON, 0);

    private final String description;
    private final Device device;
    private final UNet network;
    private final Weights weights;
    private final Values start;

    private final Tensor x;
    private final Tensor sigma;
    private final Tensor z;
    private final Tensor parameters;
    private final Tensor average;
    private final Tensor mean;
    private final Tensor meanSquare;
    private final Tensor lastLoss = Tensor.variable("last loss", Shape.SCALAR);
    private final Tensor loss;
    private final Tensor gradient;
    private final Adam.Schedule schedule = Adam.Schedule.inputs();

    private @Nullable Executable training;
    private @Nullable LangevinDynamics dynamics;
    private int steps;

    /** Copies a workload's numbers to a device. */
    public ScorefieldPeer(Workload workload, Device device, String description) {
        this.description = description;
        this.device = device;
        network = workload.network();
        Parameters layout = network.parameters();
        Shape flat = Shape.of(layout.size());
        x = Tensor.variable("x", workload.batch());
        z = Tensor.variable("z", workload.batch());
        sigma = Tensor.variable("sigma", Shape.of(workload.images()));
        parameters = Tensor.variable("parameters", flat);
        average = Tensor.variable("average", flat);
        mean = Tensor.variable("adam.m", flat);
        meanSquare = Tensor.variable("adam.v", flat);
        weights = layout.weights(parameters);
        loss = new AnnealedDenoising()
                .loss(network.with(weights), x, sigma, Draws.given(z))
                .named("loss");
        gradient = layout.flatten(Gradients.of(loss, weights.tensors())).named("gradient");

        Workload.Numbers numbers = workload.numbers();
        start = Values.of(workload.batch(), numbers.x());
        device.write(x, start);
        device.write(z, Values.of(z.shape(), numbers.z()));
        device.write(sigma, Values.of(sigma.shape(), numbers.sigma()));
        device.write(parameters, Values.of(flat, numbers.parameters()));
        device.write(average, Values.of(flat, numbers.parameters()));
    }

    /** The training step as a program. */
    public Program trainingStep() {
        Tensor norm = gradient.square().sum().sqrt();
        Tensor clipped = gradient.times(Tensor.scalar(CLIP).over(norm.maximum(CLIP)));
        Adam adam = Adam.step(new Adam(parameters, mean, meanSquare), clipped, ADAM, schedule);
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        updates.put(parameters, adam.parameters());
        updates.put(mean, adam.mean());
        updates.put(meanSquare, adam.meanSquare());
        updates.put(average, average.times(AVERAGE).plus(adam.parameters().times(1 - AVERAGE)));
        updates.put(lastLoss, loss);
        return new Program(List.of(), updates);
    }

    /** The feeds of training step t, counted from 1. */
    public Map<Tensor, Values> feeds(int t) {
        return schedule.feeds(ADAM, LEARNING_RATE, t);
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    public Evaluation evaluate() {
        List<Values> values = fetch(loss, gradient);
        return new Evaluation(values.get(0).item(), values.get(1).floats());
    }

    @Override
    public float[] score() {
        Tensor level = Tensor.fill(sigma.shape(), SAMPLING_SIGMA);
        return fetch(network.score(weights, x, level)).get(0).floats();
    }

    private List<Values> fetch(Tensor... fetches) {
        try (Executable executable = device.compile(Program.fetching(fetches))) {
            return executable.run(Map.of());
        }
    }

    @Override
    public void train(int count) {
        if (training == null) {
            training = device.compile(trainingStep());
        }
        for (int i = 0; i < count; i++) {
            training.run(feeds(++steps));
        }
        device.read(lastLoss); // waits
    }

    @Override
    public float[] parameters() {
        return device.read(parameters).floats();
    }

    @Override
    public float[] average() {
        return device.read(average).floats();
    }

    @Override
    public void sample(int count) {
        if (dynamics == null) {
            dynamics = new LangevinDynamics(device, network.with(weights), x.shape());
            dynamics.seed(1, 0);
            dynamics.startAt(start);
        }
        for (int i = 0; i < count; i++) {
            dynamics.step(SAMPLING_SIGMA, SAMPLING_ALPHA);
        }
        if (!dynamics.isFinite()) { // waits
            throw new IllegalStateException("the Langevin steps diverged: x is no longer finite");
        }
    }

    @Override
    public void close() {
        if (dynamics != null) {
            dynamics.close();
        }
        if (training != null) {
            training.close();
        }
        device.close();
    }

    /** A process with this peer: arguments are the workload and the OpenCL device, or {@code reference}. */
    public static void main(String... arguments) throws Exception {
        PeerServer.serve(
                () -> new ScorefieldPeer(Workload.named(arguments[0]), open(arguments[1]), description(arguments[1])));
    }

    /** Opens an OpenCL device by its id, or {@code reference}. */
    public static Device open(String id) {
        return id.equals("reference") ? new ReferenceDevice() : new OpenClDevice(ClDevices.find(id));
    }

    /** Describes such a device. */
    static String description(String id) {
        if (id.equals("reference")) {
            try (Device reference = open(id)) {
                return "scorefield, " + reference.name();
            }
        }
        return describe(ClDevices.find(id));
    }

    private static String describe(ClDevice device) {
        return "scorefield, OpenCL on %s, %s %s, %d compute units"
                .formatted(device.name(), device.platform(), device.driverVersion(), device.computeUnits());
    }
}
