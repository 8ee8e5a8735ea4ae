package scorefield.kernels;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Input;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Storage;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClEvent;
import scorefield.kernels.opencl.ClKernel;
import scorefield.kernels.pass.MemoryPlan;
import scorefield.kernels.pass.Plan;
import scorefield.kernels.profile.Profile;

/**
 * A plan with its memory allocated and its launches recorded: kernels with all their arguments set.
 *
 * <p>A run writes the inputs and enqueues the launches; it allocates nothing and waits for nothing, except that it never gets more than
 * two runs ahead of the device.
 */
final class OpenClExecutable implements Executable {

    /** A kernel whose arguments are set, with its range. */
    private record Recorded(ClKernel kernel, long[] global, long[] local) {}

    private static final int RUNS_AHEAD = 2;

    private final OpenClDevice device;
    private final ClContext context;
    private final Program program;
    private final Plan plan;
    /** The inputs of the program as it was given: one that simplification made unnecessary must still be fed. */
    private final List<Tensor> required;

    private final List<ClBuffer> owned = new ArrayList<>();
    private final List<ClBuffer> slabs = new ArrayList<>();
    private final Map<Storage, ClBuffer> leaves = new IdentityHashMap<>();
    private final Map<Tensor, ClBuffer> inputs = new IdentityHashMap<>();
    private final List<Recorded> launches = new ArrayList<>();
    private final Deque<ClEvent> running = new ArrayDeque<>();
    private boolean closed;

    OpenClExecutable(OpenClDevice device, Program program, Plan plan) {
        this.device = device;
        this.context = device.context();
        this.program = program;
        this.plan = plan;
        this.required = program.order().stream()
                .filter(node -> node.op() instanceof Input)
                .toList();
        plan.shortage(context.device()).ifPresent(shortage -> {
            throw shortage;
        });
        try {
            plan.memory().slabs().forEach(bytes -> slabs.add(allocate(bytes)));
            plan.fetches().forEach(region -> buffer(region.storage()));
            String generated = plan.generatedSource();
            plan.launches().forEach(launch -> launches.add(record(launch, generated)));
        } catch (RuntimeException failure) {
            release(); // nobody else will: the caller gets no executable
            throw failure;
        }
    }

    private ClBuffer allocate(long bytes) {
        ClBuffer buffer = context.allocate(bytes);
        owned.add(buffer);
        return buffer;
    }

    private ClBuffer buffer(Storage storage) {
        return switch (storage.kind()) {
            case ARENA -> slabs.get(plan.memory().of(storage).slab());
            case VARIABLE -> device.buffer(storage.owner());
            case INPUT ->
                leaves.computeIfAbsent(storage, s -> {
                    ClBuffer buffer = allocate(s.bytes());
                    inputs.put(s.owner(), buffer);
                    return buffer;
                });
            case CONSTANT ->
                leaves.computeIfAbsent(storage, s -> {
                    ClBuffer buffer = allocate(s.bytes());
                    context.write(buffer, 0, HostMemory.of(((Constant) s.owner().op()).values()));
                    return buffer;
                });
        };
    }

    private long elementOffset(Region region) {
        MemoryPlan.Place place = plan.memory().of(region.storage());
        return region.offset()
                + (place == null ? 0 : place.byteOffset() / region.dtype().bytes());
    }

    private Recorded record(Launch launch, String generated) {
        ClKernel kernel = device.kernel(launch, generated);
        int index = 0;
        for (Launch.Argument argument : launch.arguments()) {
            if (argument instanceof Launch.Memory memory) {
                kernel.setBuffer(index++, buffer(memory.region().storage()));
                kernel.setInt(index++, Math.toIntExact(elementOffset(memory.region())));
            } else if (argument instanceof Launch.Int number) {
                kernel.setInt(index++, number.value());
            } else if (argument instanceof Launch.Real number) {
                kernel.setFloat(index++, number.value());
            }
        }
        return new Recorded(kernel, launch.global(), launch.local());
    }

    @Override
    public List<Values> run(Map<Tensor, Values> feeds) {
        feed(feeds);
        for (Recorded launch : launches) {
            context.launch(launch.kernel(), launch.global(), launch.local());
        }
        List<Values> fetched = new ArrayList<>();
        for (int k = 0; k < plan.fetches().size(); k++) {
            Region region = plan.fetches().get(k);
            Tensor fetch = program.fetches().get(k);
            fetched.add(device.read(
                    buffer(region.storage()),
                    elementOffset(region) * region.dtype().bytes(),
                    fetch));
        }
        running.add(context.marker());
        context.flush();
        if (running.size() > RUNS_AHEAD) {
            try (ClEvent oldest = running.remove()) {
                oldest.await();
            }
        }
        return fetched;
    }

    private void feed(Map<Tensor, Values> feeds) {
        if (closed) {
            throw new IllegalStateException("this executable is closed; compile the program again");
        }
        for (Tensor input : required) {
            if (!feeds.containsKey(input)) {
                throw new IllegalArgumentException("input " + input + " was not fed; pass its values to run");
            }
        }
        inputs.forEach((input, buffer) -> {
            Values values = feeds.get(input);
            OpenClDevice.fits("input", input, values);
            context.writeLater(buffer, 0, HostMemory.of(values));
        });
    }

    /** Runs once, reads nothing back, waits, and says when the device was at work on each launch of the plan. */
    List<Profile.Span> timedRun(Map<Tensor, Values> feeds) {
        feed(feeds);
        List<ClEvent> events = new ArrayList<>();
        for (Recorded launch : launches) {
            events.add(context.launchWithEvent(launch.kernel(), launch.global(), launch.local()));
        }
        context.finish();
        List<Profile.Span> spans = new ArrayList<>();
        for (ClEvent event : events) {
            try (event) {
                spans.add(new Profile.Span(event.started(), event.ended()));
            }
        }
        return spans;
    }

    @Override
    public long bytes() {
        return plan.bytes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                context.finish();
            } finally {
                release();
            }
        }
    }

    private void release() {
        running.forEach(ClEvent::close);
        launches.forEach(launch -> launch.kernel().close());
        owned.forEach(ClBuffer::close);
    }
}
