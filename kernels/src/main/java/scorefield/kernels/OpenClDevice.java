package scorefield.kernels;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClKernel;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Plan;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.Roofline;
import scorefield.kernels.tuning.Examination;
import scorefield.kernels.tuning.Tuner;

/**
 * A device that plans a program into a short list of OpenCL kernel launches and runs that list over and over.
 *
 * <p>{@link Planner} plans a program, pass by pass; {@link OpenClExecutable} records the launches.
 */
public final class OpenClDevice implements Device {

    /** The first run compiles the kernels, the second finds caches and clocks as they will be. */
    private static final int UNMEASURED_RUNS = 2;

    private final ClContext context;
    private final boolean apart;
    private final Map<Tensor, ClBuffer> variables = new IdentityHashMap<>();
    private Optional<Tuner> tuner = Optional.empty();

    /** Starts to use a device. */
    public OpenClDevice(ClDevice device) {
        this(ClContext.open(device), false);
    }

    private OpenClDevice(ClContext context, boolean apart) {
        this.context = context;
        this.apart = apart;
    }

    /**
     * A device that keeps each tensor in a buffer of its own, of exactly its size: so whatever watches the memory sees a kernel that
     * leaves its tensors. In an arena it would only meet other tensors.
     */
    static OpenClDevice withBuffersApart(ClDevice device) {
        return new OpenClDevice(ClContext.open(device), true);
    }

    /** A device that can also {@link #profile}; each launch costs it a little more. */
    public static OpenClDevice forProfiling(ClDevice device) {
        return new OpenClDevice(ClContext.openForProfiling(device), false);
    }

    /** What it says about itself. */
    public ClDevice device() {
        return context.device();
    }

    /** From now on programs are computed as a tuner finds best; before one is compiled, the tuner may try out how. */
    public OpenClDevice tunedBy(Tuner chosen) {
        tuner = Optional.of(chosen);
        return this;
    }

    @Override
    public String name() {
        return context.device().name();
    }

    @Override
    public boolean fits(Program program) {
        return planner(program).plan().shortage(context.device()).isEmpty();
    }

    @Override
    public Executable compile(Program program) {
        Plan plan = tunedPlan(program);
        return new OpenClExecutable(this, program, apart ? plan.withBuffersApart() : plan);
    }

    /** How a program would run, without compiling anything. */
    public PlanListing plan(Program program) {
        return new PlanListing(planner(program));
    }

    /** The plan, after the tuner had its time to find out what suits the program. */
    private Plan tunedPlan(Program program) {
        tuner.ifPresent(t -> t.prepare(program, () -> new DeviceWorkbench(context.device())));
        return planner(program).plan();
    }

    private Planner planner(Program program) {
        Choices choices = tuner.isPresent() ? tuner.get() : Choices.SHIPPED;
        return new Planner(program, context.device(), choices);
    }

    /**
     * Measures what each launch of a program costs. The device must have been made {@linkplain #forProfiling for profiling}.
     *
     * @param feeds as for a run
     * @param runs how many are measured, after two that are not
     */
    public Profile profile(Program program, Map<Tensor, Values> feeds, int runs) {
        Plan plan = tunedPlan(program);
        Roofline roofline = roofline();
        try (OpenClExecutable executable = new OpenClExecutable(this, program, plan)) {
            List<List<Profile.Span>> timed = new ArrayList<>();
            for (int run = -UNMEASURED_RUNS; run < runs; run++) {
                List<Profile.Span> spans = executable.timedRun(feeds);
                if (run >= 0) {
                    timed.add(spans);
                }
            }
            return Profile.of(plan, timed, roofline);
        }
    }

    /**
     * Compares the kernels that some programs ask for with the reference, in all the ways that a tuner may choose from.
     *
     * @param timeIsUp ends it before the next op
     */
    public Examination examine(List<Program> programs, BooleanSupplier timeIsUp) {
        try (DeviceWorkbench workbench = new DeviceWorkbench(context.device())) {
            return Examination.of(context.device(), programs, workbench, timeIsUp);
        }
    }

    /** Measures what the device can do at most. It must have been made {@linkplain #forProfiling for profiling}. */
    public Roofline roofline() {
        return Roofline.measure(context);
    }

    @Override
    public void write(Tensor variable, Values values) {
        fits("variable", variable, values);
        context.write(buffer(variable), 0, HostMemory.of(values));
    }

    @Override
    public Values read(Tensor variable) {
        ClBuffer buffer = buffer(variable);
        return read(buffer, 0, variable);
    }

    Values read(ClBuffer buffer, long byteOffset, Tensor tensor) {
        Shape shape = tensor.shape();
        ByteBuffer host = ClContext.hostMemory(shape.size() * tensor.dtype().bytes());
        context.read(buffer, byteOffset, host);
        return HostMemory.values(shape, tensor.dtype(), host);
    }

    static void fits(String what, Tensor tensor, Values values) {
        if (!tensor.shape().equals(values.shape()) || tensor.dtype() != values.dtype()) {
            throw new IllegalArgumentException(
                    what + " " + tensor + " cannot take values " + values.dtype() + " " + values.shape());
        }
    }

    ClContext context() {
        return context;
    }

    /** A variable's memory; zero at first. */
    ClBuffer buffer(Tensor variable) {
        if (!(variable.op() instanceof Variable)) {
            throw new IllegalArgumentException(
                    variable + " is not a variable: only Tensor.variable has memory on the device");
        }
        return variables.computeIfAbsent(variable, v -> {
            long bytes = (long) v.shape().size() * v.dtype().bytes();
            // Whole words, because memory is zeroed word by word.
            ClBuffer buffer = context.allocate((bytes + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES);
            context.fillZero(buffer, 0, buffer.size());
            return buffer;
        });
    }

    /** A kernel for a launch: its source is a resource, or generated. */
    ClKernel kernel(Launch launch, String generatedSource) {
        String source = launch.isGenerated() ? generatedSource : launch.text();
        String name = launch.isGenerated() ? "generated kernels" : launch.source();
        return context.kernel(source, name, launch.kernel(), launch.options());
    }

    @Override
    public void close() {
        context.close();
        variables.clear();
    }
}
