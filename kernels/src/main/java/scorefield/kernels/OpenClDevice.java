package scorefield.kernels;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.MatrixInstruction;
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
import scorefield.kernels.tuning.Workbench;

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
    private final TrustedInstruction matrices;
    private Optional<Tuner> tuner = Optional.empty();

    /** Starts to use a device. */
    public OpenClDevice(ClDevice device) {
        this(ClContext.open(device), false, MatrixInstruction.of(device));
    }

    private OpenClDevice(ClContext context, boolean apart, Optional<MatrixInstruction> instruction) {
        this.context = context;
        this.apart = apart;
        this.matrices = new TrustedInstruction(this, instruction);
    }

    /** A device that is said to have a matrix instruction. */
    static OpenClDevice withInstruction(ClDevice device, MatrixInstruction instruction) {
        return new OpenClDevice(ClContext.open(device), false, Optional.of(instruction));
    }

    /**
     * A device that keeps each tensor in a buffer of its own, of exactly its size: so whatever watches the memory sees a kernel that
     * leaves its tensors. In an arena it would only meet other tensors.
     */
    static OpenClDevice withBuffersApart(ClDevice device) {
        return new OpenClDevice(ClContext.open(device), true, MatrixInstruction.of(device));
    }

    /** A device that can also {@link #profile}; each launch costs it a little more. */
    public static OpenClDevice forProfiling(ClDevice device) {
        return new OpenClDevice(ClContext.openForProfiling(device), false, MatrixInstruction.of(device));
    }

    /** What it says about itself. */
    public ClDevice device() {
        return context.device();
    }

    /**
     * Keeps what is found out about the device's matrix instruction in a file, so that it is found out once.
     *
     * @param file one that is missing is made, and one that is not for this device is replaced; it may be the tuner's
     * @param log is told if the instruction is not used, and why
     */
    public OpenClDevice keepingVerdicts(Path file, Consumer<String> log) {
        matrices.keepIn(file, log);
        return this;
    }

    /** TF32 on GPUs of NVIDIA, as in PyTorch's convolutions, if the instruction for it proves right. */
    @Override
    public Precision usualPrecision() {
        return matrices.isThere() && matrices.fault(Precision.TF32).isEmpty() ? Precision.TF32 : Precision.FLOAT32;
    }

    @Override
    public Device in(Precision precision) {
        return precision == Precision.FLOAT32 ? this : in(matrices.arithmetic(precision));
    }

    /** The same device for programs whose matrices are to be multiplied by any instruction, trusted or not. */
    Device in(Arithmetic arithmetic) {
        return new View(arithmetic);
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
        return fits(program, Arithmetic.FLOAT32);
    }

    private boolean fits(Program program, Arithmetic arithmetic) {
        return planner(program, arithmetic).plan().shortage(context.device()).isEmpty();
    }

    @Override
    public Executable compile(Program program) {
        return compile(program, Arithmetic.FLOAT32);
    }

    private Executable compile(Program program, Arithmetic arithmetic) {
        Plan plan = tunedPlan(program, arithmetic);
        return new OpenClExecutable(this, program, apart ? plan.withBuffersApart() : plan);
    }

    /** How a program would run in single precision, without compiling anything. */
    public PlanListing plan(Program program) {
        return new PlanListing(planner(program, Arithmetic.FLOAT32));
    }

    /** The plan, after the tuner had its time to find out what suits the program. */
    private Plan tunedPlan(Program program, Arithmetic arithmetic) {
        tuner.ifPresent(t -> t.prepare(program, arithmetic, () -> new DeviceWorkbench(context.device())));
        return planner(program, arithmetic).plan();
    }

    private Planner planner(Program program, Arithmetic arithmetic) {
        Choices choices = tuner.isPresent() ? tuner.get() : Choices.SHIPPED;
        return new Planner(program, context.device(), arithmetic, choices);
    }

    /**
     * Measures what each launch of a program costs. The device must have been made {@linkplain #forProfiling for profiling}.
     *
     * @param feeds as for a run
     * @param runs how many are measured, after two that are not
     */
    public Profile profile(Program program, Map<Tensor, Values> feeds, int runs) {
        Plan plan = tunedPlan(program, Arithmetic.FLOAT32);
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
     * A program without inputs, ready to run and to be measured, as it would run after {@link #compile(Program)}. The device must have been made
     * {@linkplain #forProfiling for profiling}. The caller closes it.
     */
    public Workbench.Trial trial(Program program) {
        return trial(program, tunedPlan(program, Arithmetic.FLOAT32));
    }

    Workbench.Trial trial(Program program, Plan plan) {
        OpenClExecutable executable = new OpenClExecutable(this, program, plan);
        return new Workbench.Trial() {
            @Override
            public List<Values> results() {
                return executable.run(Map.of());
            }

            @Override
            public double nanoseconds() {
                return Workbench.Trial.leastOfSeveral(() -> executable.timedRun(Map.of()).stream()
                        .mapToDouble(Profile.Span::length)
                        .sum());
            }

            @Override
            public void close() {
                executable.close();
            }
        };
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

    @Override
    public void free(Tensor variable) {
        requireVariable(variable);
        ClBuffer buffer = variables.remove(variable);
        if (buffer != null) {
            buffer.close();
        }
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

    private static void requireVariable(Tensor tensor) {
        if (!(tensor.op() instanceof Variable)) {
            throw new IllegalArgumentException(
                    tensor + " is not a variable: only Tensor.variable has memory on the device");
        }
    }

    /** A variable's memory; zero at first. */
    ClBuffer buffer(Tensor variable) {
        requireVariable(variable);
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

    /** This device with another arithmetic. */
    private final class View implements Device {

        private final Arithmetic arithmetic;

        View(Arithmetic arithmetic) {
            this.arithmetic = arithmetic;
        }

        @Override
        public String name() {
            return OpenClDevice.this.name();
        }

        @Override
        public Device in(Precision precision) {
            return OpenClDevice.this.in(precision);
        }

        @Override
        public Precision usualPrecision() {
            return OpenClDevice.this.usualPrecision();
        }

        @Override
        public boolean fits(Program program) {
            return OpenClDevice.this.fits(program, arithmetic);
        }

        @Override
        public Executable compile(Program program) {
            return OpenClDevice.this.compile(program, arithmetic);
        }

        @Override
        public void write(Tensor variable, Values values) {
            OpenClDevice.this.write(variable, values);
        }

        @Override
        public Values read(Tensor variable) {
            return OpenClDevice.this.read(variable);
        }

        @Override
        public void free(Tensor variable) {
            OpenClDevice.this.free(variable);
        }

        @Override
        public void close() {
            OpenClDevice.this.close();
        }
    }
}
