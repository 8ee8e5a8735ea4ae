package scorefield.kernels.ladder;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClEvent;
import scorefield.kernels.opencl.ClKernel;
import scorefield.kernels.tuning.Workbench;

/** A rung with its numbers on the device, ready to run. */
final class RungTrial implements Workbench.Trial {

    /** A kernel whose arguments are set, with its range. */
    private record Recorded(ClKernel kernel, long[] global, long[] local) {}

    private final ClContext context;
    private final Shape result;
    private final Map<Step.Argument, ClBuffer> buffers = new HashMap<>();
    private final List<Recorded> launches = new ArrayList<>();

    /**
     * Compiles a rung and writes its inputs.
     *
     * @param inputs numbers of type {@code FLOAT}
     * @param result the shape of what it computes
     * @throws scorefield.kernels.opencl.ClException if its source does not compile, or the device has too little memory
     */
    RungTrial(ClContext context, Rung rung, List<Values> inputs, Shape result) {
        this.context = context;
        this.result = result;
        try {
            for (int k = 0; k < inputs.size(); k++) {
                ByteBuffer numbers =
                        ClContext.hostMemory(Float.BYTES * inputs.get(k).shape().size());
                numbers.asFloatBuffer().put(inputs.get(k).floats());
                ClBuffer buffer = context.allocate(numbers.remaining());
                buffers.put(new Step.Input(k), buffer);
                context.write(buffer, 0, numbers);
            }
            buffers.put(new Step.Result(), context.allocate((long) Float.BYTES * result.size()));
            if (rung.scratch() > 0) {
                buffers.put(new Step.Scratch(), context.allocate(Float.BYTES * rung.scratch()));
            }
            String text = rung.text();
            rung.steps().forEach(step -> launches.add(record(step, text, rung.source())));
        } catch (RuntimeException failure) {
            close(); // nobody else will: the caller gets no trial
            throw failure;
        }
    }

    private Recorded record(Step step, String text, String source) {
        ClKernel kernel = context.kernel(text, source, step.kernel(), step.options());
        for (int index = 0; index < step.arguments().size(); index++) {
            Step.Argument argument = step.arguments().get(index);
            if (argument instanceof Step.Int number) {
                kernel.setInt(index, number.value());
            } else if (argument instanceof Step.Real number) {
                kernel.setFloat(index, number.value());
            } else {
                kernel.setBuffer(index, buffers.get(argument));
            }
        }
        return new Recorded(kernel, step.global(), step.local());
    }

    @Override
    public List<Values> results() {
        launches.forEach(launch -> context.launch(launch.kernel(), launch.global(), launch.local()));
        ByteBuffer host = ClContext.hostMemory(Float.BYTES * result.size());
        context.read(buffers.get(new Step.Result()), 0, host);
        float[] numbers = new float[result.size()];
        host.asFloatBuffer().get(numbers);
        return List.of(Values.of(result, numbers));
    }

    @Override
    public double nanoseconds() {
        return Workbench.Trial.leastOfSeveral(this::once);
    }

    private double once() {
        List<ClEvent> events = new ArrayList<>();
        launches.forEach(
                launch -> events.add(context.launchWithEvent(launch.kernel(), launch.global(), launch.local())));
        context.finish();
        double sum = 0;
        for (ClEvent event : events) {
            try (event) {
                sum += event.nanoseconds();
            }
        }
        return sum;
    }

    @Override
    public void close() {
        launches.forEach(launch -> launch.kernel().close());
        buffers.values().forEach(ClBuffer::close);
    }
}
