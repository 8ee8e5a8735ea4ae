package scorefield.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClKernel;

/**
 * A device that plans a program into a short list of OpenCL kernel launches and runs that list over and over.
 *
 * <p>The planning: {@link Simplify simplify} → {@link Fusion fuse} → {@link Planner choose kernels} → {@link Order order} →
 * {@link Placement place every buffer in one arena by its lifetime} → {@link OpenClExecutable record the launches}.
 */
public final class OpenClDevice implements Device {

    private final ClContext context;
    private final Map<Tensor, ClBuffer> variables = new IdentityHashMap<>();
    private final Map<String, String> sources = new HashMap<>();

    public OpenClDevice(ClDevice device) {
        this.context = ClContext.open(device);
    }

    @Override
    public String name() {
        return context.device().name();
    }

    @Override
    public Executable compile(Program program) {
        return new OpenClExecutable(this, program, Planner.plan(program, context.device()));
    }

    /** How a program would run, without compiling anything. */
    public PlanListing plan(Program program) {
        return new PlanListing(Planner.plan(program, context.device()));
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
            throw new IllegalArgumentException(variable + " is not a variable");
        }
        return variables.computeIfAbsent(variable, v -> {
            ClBuffer buffer =
                    context.allocate((long) v.shape().size() * v.dtype().bytes());
            context.fillZero(buffer, 0, buffer.size());
            return buffer;
        });
    }

    /** A kernel for a launch: its source is a resource, or generated. */
    ClKernel kernel(Launch launch, String generatedSource) {
        String source =
                launch.isGenerated() ? generatedSource : sources.computeIfAbsent(launch.source(), this::resource);
        String name = launch.isGenerated() ? "generated kernels" : launch.source();
        return context.kernel(source, name, launch.kernel(), launch.options());
    }

    private String resource(String file) {
        try (InputStream in = OpenClDevice.class.getResourceAsStream("op/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the kernel source op/" + file + " is not in the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the kernel source op/" + file, e);
        }
    }

    @Override
    public void close() {
        context.close();
        variables.clear();
    }
}
