package scorefield.cli.gpu;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.cli.gpu.AcceptanceReport.Section;
import scorefield.cli.inspect.Subject;
import scorefield.cli.picture.ImagePictures;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.launch.MatrixInstruction;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.ProfileTables;
import scorefield.kernels.profile.Roofline;
import scorefield.kernels.tuning.Examination;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.network.GradientDifference;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.objective.Draws;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.Training;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.StepTime;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/** The parts of {@code accept-gpu}. Each opens the device anew, so that one which fails leaves the next a working device. */
final class Acceptance {

    /** Summation in another order changes the gradient of a network in single precision by about this much at most. */
    private static final double SINGLE_PRECISION = 1e-3;

    private static final int REPEATED_STEPS = 10;
    private static final int PROFILED_RUNS = 5;
    private static final int SAMPLES = 64;

    /** Of the time that is left, what the comparison of kernels may take. */
    private static final double SHARE_OF_KERNELS = 0.35;

    private final ClDevice device;
    private final List<Subject> networks;
    private final Settings asked;
    private final int steps;
    private final Path folder;
    private final Deadline deadline;

    /**
     * An acceptance.
     *
     * @param networks to check and to measure
     * @param asked settings for the training on digits
     * @param steps of that training
     * @param folder for what it writes
     */
    Acceptance(ClDevice device, List<Subject> networks, Settings asked, int steps, Path folder, Deadline deadline) {
        this.device = device;
        this.networks = networks;
        this.asked = asked;
        this.steps = steps;
        this.folder = folder;
        this.deadline = deadline;
    }

    /** What the device is, and what it can do at most. */
    void describe(Section section) {
        section.fact("device", new JsonPrimitive(device.name()), "device: " + device.name() + ", " + device.vendor());
        section.fact(
                "driver",
                new JsonPrimitive(device.platform() + " " + device.driverVersion()),
                "driver: " + device.platform() + ", " + device.openClVersion() + ", " + device.driverVersion());
        section.fact("type", new JsonPrimitive(device.type().toString()), "kind of processor: " + device.type());
        section.fact(
                "computeUnits",
                new JsonPrimitive(device.computeUnits()),
                Text.of("%d compute units at %d MHz", device.computeUnits(), device.clockMHz()));
        section.note(Text.of(
                "memory: %s, at most %s in one piece, %s of local memory; work-groups of up to %d",
                Text.bytes(device.globalMemory()),
                Text.bytes(device.maxAllocation()),
                Text.bytes(device.localMemory()),
                device.maxWorkGroupSize()));
        section.note("system: " + System.getProperty("os.name") + " " + System.getProperty("os.version") + " on "
                + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        try (OpenClDevice opened = OpenClDevice.forProfiling(device)) {
            Roofline roofline = opened.roofline();
            section.fact(
                    "gigaflops",
                    new JsonPrimitive(roofline.flops() / 1e9),
                    Text.of("multiply-adds in float32: %.0f GFLOP/s", roofline.flops() / 1e9));
            section.fact(
                    "gigabytes",
                    new JsonPrimitive(roofline.bytes() / 1e9),
                    Text.of("a copy: %.0f GB/s, read and written together", roofline.bytes() / 1e9));
        }
    }

    /** Whether the device's matrix instruction computes what it should, in each precision. */
    void verifyInstructions(Section section) {
        if (MatrixInstruction.of(device).isEmpty()) {
            section.note("no matrix instruction of this device is known to the program: products are in float32");
            return;
        }
        try (OpenClDevice opened = new OpenClDevice(device)) {
            for (Precision precision : Precision.values()) {
                try {
                    opened.in(precision);
                    section.fact(precision.toString(), new JsonPrimitive(true), precision + ": right");
                } catch (IllegalArgumentException wrong) {
                    section.fault(wrong.getMessage());
                }
            }
        }
    }

    /** The precisions that a device has, and that it computes right. */
    private static Map<Precision, Device> precisions(OpenClDevice opened) {
        Map<Precision, Device> precisions = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            try {
                precisions.put(precision, opened.in(precision));
            } catch (IllegalArgumentException without) {
                // It is not measured; why not is said where instructions are verified.
            }
        }
        return precisions;
    }

    /** Every kernel that the networks ask for, in all the ways that a tuner may choose from, against the reference. */
    void compareKernels(Section section) {
        List<Program> programs = networks.stream()
                .flatMap(network -> DefaultNetworks.programs(network).stream())
                .toList();
        Deadline part = deadline.part(SHARE_OF_KERNELS);
        try (OpenClDevice opened = new OpenClDevice(device)) {
            Examination examination = opened.examine(programs, part::isOver);
            section.fact(
                    "problems",
                    new JsonPrimitive(examination.examined()),
                    Text.of(
                            "%d of %d ops and shapes compared with the reference, in %d ways in all%s",
                            examination.examined(),
                            examination.problems(),
                            examination.variants(),
                            examination.examined() < examination.problems() ? "; then the time for it was up" : ""));
            section.fact("variants", new JsonPrimitive(examination.variants()), "generated kernels are compared below");
            examination.faults().forEach(section::fault);
        }
    }

    /** The loss and the gradient of every network against the reference, on one image. */
    void compareGradients(Section section) {
        for (Subject subject : networks) {
            if (deadline.isOver()) {
                section.note(subject.name() + ": not compared, as the time was up");
                continue;
            }
            ScoreNetwork network = subject.network();
            List<Values> expected;
            try (Device reference = new ReferenceDevice()) {
                expected = lossAndGradient(subject, reference);
            }
            List<Values> actual;
            try (Device opened = new OpenClDevice(device)) {
                actual = lossAndGradient(subject, opened);
            }
            double loss = Math.abs(actual.get(0).item() / expected.get(0).item() - 1);
            GradientDifference gradient = GradientDifference.of(
                    network.parameters(),
                    actual.get(1).floats(),
                    expected.get(1).floats());
            JsonObject found = new JsonObject();
            found.addProperty("loss", actual.get(0).item());
            found.addProperty("ofLoss", loss);
            found.addProperty("ofGradient", gradient.largest());
            found.addProperty("parameter", gradient.parameter());
            section.fact(
                    subject.name(),
                    found,
                    Text.of(
                            "%s: loss %.6g (relative difference %.1e); gradients of all %d parameter tensors differ by at"
                                    + " most %.1e (%s)",
                            subject.name(),
                            actual.get(0).item(),
                            loss,
                            network.parameters().list().size(),
                            gradient.largest(),
                            gradient.parameter()));
            if (!(loss <= SINGLE_PRECISION)) {
                section.fault(Text.of("%s: the loss differs by %.2e of the reference's", subject.name(), loss));
            }
            if (!(gradient.largest() <= SINGLE_PRECISION)) {
                section.fault(Text.of(
                        "%s: the gradient of %s differs by %.2e of the reference's norm",
                        subject.name(), gradient.parameter(), gradient.largest()));
            }
        }
    }

    private static List<Values> lossAndGradient(Subject subject, Device on) {
        ScoreNetwork network = subject.network();
        Random random = new Random(1);
        float[] numbers = network.parameters().initial(1);
        for (int i = 0; i < numbers.length; i++) {
            // With zero weights, the gradients of all earlier layers would be zero too.
            numbers[i] += (float) (0.03 * random.nextGaussian());
        }
        Shape flat = Shape.of(numbers.length);
        Tensor parameters = Tensor.variable("parameters", flat);
        on.write(parameters, Values.of(flat, numbers));
        Shape one = subject.data().sample().times(1);
        double[] image = random.doubles(one.size()).toArray();
        double[] noise =
                random.ints(one.size()).mapToDouble(i -> random.nextGaussian()).toArray();
        Weights weights = network.parameters().weights(parameters);
        Tensor loss = subject.configuration()
                .trainingObjective()
                .perSample(
                        network.with(weights),
                        Tensor.constant(Values.of(one, image)),
                        Tensor.constant(Values.of(Shape.of(1), 0.5)),
                        Draws.given(Tensor.constant(Values.of(one, noise))))
                .mean();
        Tensor gradient = network.parameters().flatten(Gradients.of(loss, weights.tensors()));
        try (Executable executable = on.compile(Program.fetching(loss, gradient))) {
            return executable.run(Map.of());
        }
    }

    /** Trains on the built-in digits from the beginning, and draws samples. */
    void train(Section section) throws IOException {
        Path run = folder.resolve("digits");
        Training training = Training.with(asked.over(Settings.of("preset", Presets.DIGITS)))
                .set("data.source", Presets.DIGITS)
                .set("training.steps", steps)
                .set("output.log-every", Math.max(1, steps / 10))
                .set("output.preview-every", 0)
                .folder(run)
                .build();
        try (OpenClDevice opened = new OpenClDevice(device)) {
            long began = System.nanoTime();
            Run trained = training.run(opened);
            List<Metrics.Reading> readings = Metrics.read(trained.folder().metrics());
            double first = readings.get(0).loss();
            double last = readings.get(readings.size() - 1).loss();
            JsonObject found = new JsonObject();
            found.addProperty("steps", steps);
            found.addProperty("firstLoss", first);
            found.addProperty("lastLoss", last);
            section.fact(
                    "training",
                    found,
                    Text.of(
                            "%d steps on digits in %.0f s: loss %.4g at first, %.4g at the end",
                            steps, (System.nanoTime() - began) / 1e9, first, last));
            if (!(last < first)) {
                section.fault(Text.of("the loss did not fall: %.4g at first, %.4g at the end", first, last));
            }
            int images = Math.min(SAMPLES, training.configuration().sampling().images());
            Values samples = trained.sample(opened, images, 1);
            Path picture = folder.resolve("samples.png");
            new ImagePictures().write(picture, samples, "");
            section.fact("samples", new JsonPrimitive(images), images + " samples in " + picture.getFileName());
            for (float number : samples.floats()) {
                if (!Float.isFinite(number)) {
                    section.fault("a sample is not finite");
                    return;
                }
            }
        }
    }

    /** Trains and samples twice from the same start: the bits must be the same. */
    void repeat(Section section) {
        for (Subject subject : networks) {
            if (deadline.isOver()) {
                section.note(subject.name() + ": not repeated, as the time was up");
                continue;
            }
            boolean training = Arrays.equals(trained(subject), trained(subject));
            boolean sampling = Arrays.equals(moved(subject), moved(subject));
            section.fact(
                    subject.name(),
                    new JsonPrimitive(training && sampling),
                    Text.of(
                            "%s: %d steps of training and of sampling, twice: %s",
                            subject.name(), REPEATED_STEPS, training && sampling ? "the same bits" : "other bits"));
            if (!training || !sampling) {
                section.fault(subject.name() + ": two runs of " + (training ? "sampling" : "training")
                        + " from the same start differ");
            }
        }
    }

    private float[] trained(Subject subject) {
        try (OpenClDevice opened = new OpenClDevice(device);
                Trainer trainer = subject.trainer(opened)) {
            for (int step = 0; step < REPEATED_STEPS; step++) {
                trainer.step();
            }
            TrainingState state = trainer.state();
            return state.parameters();
        }
    }

    private float[] moved(Subject subject) {
        double sigma = subject.configuration().noiseLevels().largest();
        try (OpenClDevice opened = new OpenClDevice(device);
                LangevinDynamics dynamics = subject.dynamics(opened)) {
            for (int step = 0; step < REPEATED_STEPS; step++) {
                dynamics.step(sigma, sigma * sigma / 100);
            }
            return dynamics.x().floats();
        }
    }

    /** The time of a step of training and of sampling, and what share of it each kernel has. */
    void measure(Section section) {
        for (Subject subject : networks) {
            if (deadline.isOver()) {
                section.note(subject.name() + ": not measured, as the time was up");
                continue;
            }
            double sigma = subject.configuration().noiseLevels().largest();
            double size = sigma * sigma / 100;
            int batch = subject.configuration().training().batch();
            try (OpenClDevice opened = new OpenClDevice(device)) {
                precisions(opened).forEach((precision, on) -> {
                    speed(section, subject, "training in " + precision, batch, secondsOfTraining(subject, on));
                    try (LangevinDynamics dynamics = subject.dynamics(on)) {
                        double sampling = StepTime.measure(() -> dynamics.step(sigma, size), dynamics::isFinite);
                        speed(section, subject, "sampling in " + precision, subject.samplingBatch(), sampling);
                    }
                });
            }
            try (OpenClDevice opened = OpenClDevice.forProfiling(device)) {
                try (Trainer trainer = subject.trainer(opened)) {
                    shares(section, opened.profile(trainer.program(), trainer.feeds(), PROFILED_RUNS));
                }
                try (LangevinDynamics dynamics = subject.dynamics(opened)) {
                    shares(section, opened.profile(dynamics.program(), dynamics.feeds(sigma, size), PROFILED_RUNS));
                }
            }
        }
    }

    /** Seconds of a step, without the first. */
    static double secondsOfTraining(Subject subject, Device on) {
        try (Trainer trainer = subject.trainer(on)) {
            return StepTime.measure(trainer::step, trainer::peek);
        }
    }

    private static void speed(Section section, Subject subject, String what, int batch, double seconds) {
        JsonObject found = new JsonObject();
        found.addProperty("batch", batch);
        found.addProperty("milliseconds", 1e3 * seconds);
        found.addProperty("imagesPerSecond", batch / seconds);
        section.fact(
                subject.name() + ", " + what,
                found,
                Text.of(
                        "%s, a step of %s with %d images: %.3f ms, %.0f images/s",
                        subject.name(), what, batch, 1e3 * seconds, batch / seconds));
    }

    private static void shares(Section section, Profile profile) {
        ProfileTables tables = new ProfileTables(profile);
        section.listing(tables.summary() + tables.byKernel());
    }
}
