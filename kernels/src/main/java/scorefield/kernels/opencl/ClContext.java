package scorefield.kernels.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/**
 * A device in use: the scope that owns every native object made on it, and one queue that runs commands in the order in
 * which they were given.
 *
 * <p>Closing waits for the queue, then releases everything in the reverse order of its making; using the context, or
 * anything it made, after that throws {@link IllegalStateException}. Closing twice does nothing.
 *
 * <p>Commands may be given by one thread at a time. {@link #kernel} may be called by several threads at once.
 */
public final class ClContext implements AutoCloseable {

    private final ClDevice device;
    private final boolean profiling;
    private final cl_device_id deviceId;
    private final cl_context context;
    private final cl_command_queue queue;
    private final Map<ProgramKey, cl_program> programs = new HashMap<>();
    private final Set<ClObject> owned = Collections.synchronizedSet(new LinkedHashSet<>());
    private final Deque<PendingWrite> pendingWrites = new ArrayDeque<>();
    private volatile boolean closed;

    private record ProgramKey(String source, String options) {}

    /** Host memory that the device still reads. Holding it here keeps the garbage collector from freeing it. */
    private record PendingWrite(cl_event event, ByteBuffer memory) {}

    private ClContext(ClDevice device, boolean profiling) {
        this.device = device;
        this.profiling = profiling;
        this.deviceId = ClDevices.handle(device);
        int[] status = new int[1];
        this.context =
                CL.clCreateContext(new cl_context_properties(), 1, new cl_device_id[] {deviceId}, null, null, status);
        ClStatus.check(status[0], "opening " + device);
        // The 1.2 function: a 1.2 driver does not have the newer one.
        @SuppressWarnings("deprecation")
        cl_command_queue made =
                CL.clCreateCommandQueue(context, deviceId, profiling ? CL.CL_QUEUE_PROFILING_ENABLE : 0, status);
        this.queue = made;
        if (status[0] != CL.CL_SUCCESS) {
            CL.clReleaseContext(context);
        }
        ClStatus.check(status[0], "making a queue on " + device);
    }

    /** Starts to use a device. */
    public static ClContext open(ClDevice device) {
        return new ClContext(device, false);
    }

    /** Starts to use a device with times recorded for every event; each launch costs a little more. */
    public static ClContext openForProfiling(ClDevice device) {
        return new ClContext(device, true);
    }

    /** Host memory of the kind that {@link #write} and {@link #read} take: direct, in the machine's byte order. */
    public static ByteBuffer hostMemory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /** The device that the context, its queue and its buffers belong to. */
    public ClDevice device() {
        return device;
    }

    boolean profiling() {
        return profiling;
    }

    /**
     * Allocates device memory.
     *
     * @param bytes more than 0; at most the device's {@link ClDevice#maxAllocation()}
     */
    public ClBuffer allocate(long bytes) {
        requireOpen();
        if (bytes <= 0) {
            throw new IllegalArgumentException("a buffer must have at least 1 byte; got " + bytes);
        }
        if (bytes > device.maxAllocation()) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes is more than " + device
                    + " allows in one piece, " + device.maxAllocation() + " bytes: use a smaller batch or model");
        }
        int[] status = new int[1];
        cl_mem memory = CL.clCreateBuffer(context, CL.CL_MEM_READ_WRITE, bytes, null, status);
        ClStatus.check(status[0], "allocating " + bytes + " bytes on " + device);
        return own(new ClBuffer(this, memory, bytes));
    }

    /**
     * Makes a new kernel object, compiling its program if this context has not compiled it before.
     *
     * @param source the OpenCL C text
     * @param sourceName what messages call the source, e.g. its file name
     * @param kernelName the kernel function's name in the source
     * @param options compiler options, e.g. {@code -DTILE=8}; may be empty
     * @throws ClException with the compiler's log if the source does not compile
     */
    public ClKernel kernel(String source, String sourceName, String kernelName, String options) {
        requireOpen();
        cl_program program;
        synchronized (programs) {
            program = programs.computeIfAbsent(
                    new ProgramKey(source, options), key -> build(source, sourceName, options));
        }
        int[] status = new int[1];
        cl_kernel kernel = CL.clCreateKernel(program, kernelName, status);
        ClStatus.check(status[0], "taking kernel " + kernelName + " from " + sourceName);
        return own(new ClKernel(this, kernel, kernelName));
    }

    private cl_program build(String source, String sourceName, String options) {
        String allOptions = device.options() + (options.isBlank() ? "" : " " + options.strip());
        int[] status = new int[1];
        cl_program program = CL.clCreateProgramWithSource(context, 1, new String[] {source}, null, status);
        ClStatus.check(status[0], "loading " + sourceName);
        int built = CL.clBuildProgram(program, 1, new cl_device_id[] {deviceId}, allOptions, null, null);
        if (built != CL.CL_SUCCESS) {
            String log = buildLog(program);
            CL.clReleaseProgram(program);
            throw new ClException(
                    built, "compiling " + sourceName + " for " + device + " with options " + allOptions, log);
        }
        return program;
    }

    private String buildLog(cl_program program) {
        String operation = "asking for the compiler's log";
        long[] size = new long[1];
        ClStatus.check(CL.clGetProgramBuildInfo(program, deviceId, CL.CL_PROGRAM_BUILD_LOG, 0, null, size), operation);
        byte[] log = new byte[(int) size[0]];
        ClStatus.check(
                CL.clGetProgramBuildInfo(program, deviceId, CL.CL_PROGRAM_BUILD_LOG, log.length, Pointer.to(log), null),
                operation);
        return ClDevices.string(log);
    }

    /** Writes what remains in {@code from} to the buffer and waits until it is there. */
    public void write(ClBuffer buffer, long byteOffset, ByteBuffer from) {
        if (transferIsEmpty(buffer, byteOffset, from, "write")) {
            return;
        }
        ClStatus.check(
                CL.clEnqueueWriteBuffer(
                        queue,
                        buffer.handle(this),
                        CL.CL_BLOCKING,
                        byteOffset,
                        from.remaining(),
                        Pointer.toBuffer(from),
                        0,
                        null,
                        null),
                describe("writing", byteOffset, from.remaining(), buffer));
    }

    /**
     * Writes what remains in {@code from} to the buffer when its turn in the queue comes, and returns at once. The
     * caller must not change that memory until a {@link #marker()} set after this call is reached; it need not hold on
     * to it.
     */
    public void writeLater(ClBuffer buffer, long byteOffset, ByteBuffer from) {
        if (transferIsEmpty(buffer, byteOffset, from, "write")) {
            return;
        }
        dropFinishedWrites();
        cl_event done = new cl_event();
        ClStatus.check(
                CL.clEnqueueWriteBuffer(
                        queue,
                        buffer.handle(this),
                        CL.CL_NON_BLOCKING,
                        byteOffset,
                        from.remaining(),
                        Pointer.toBuffer(from),
                        0,
                        null,
                        done),
                describe("writing", byteOffset, from.remaining(), buffer));
        pendingWrites.add(new PendingWrite(done, from));
    }

    /** Fills what remains in {@code to} from the buffer, after all work given before. */
    public void read(ClBuffer buffer, long byteOffset, ByteBuffer to) {
        if (transferIsEmpty(buffer, byteOffset, to, "read")) {
            return;
        }
        ClStatus.check(
                CL.clEnqueueReadBuffer(
                        queue,
                        buffer.handle(this),
                        CL.CL_BLOCKING,
                        byteOffset,
                        to.remaining(),
                        Pointer.toBuffer(to),
                        0,
                        null,
                        null),
                describe("reading", byteOffset, to.remaining(), buffer));
    }

    /** Copies bytes between two buffers, or within one if the two ranges do not overlap. */
    public void copy(ClBuffer from, long fromOffset, ClBuffer to, long toOffset, long bytes) {
        requireRange("copy", from, fromOffset, bytes);
        requireRange("copy", to, toOffset, bytes);
        if (bytes > 0) {
            ClStatus.check(
                    CL.clEnqueueCopyBuffer(
                            queue, from.handle(this), to.handle(this), fromOffset, toOffset, bytes, 0, null, null),
                    describe("copying", fromOffset, bytes, from) + " to byte " + toOffset + " of a " + to);
        }
    }

    /** Sets a range of bytes to zero; the range starts and ends at multiples of 4 bytes. */
    public void fillZero(ClBuffer buffer, long byteOffset, long bytes) {
        requireRange("fill", buffer, byteOffset, bytes);
        if (byteOffset % Integer.BYTES != 0 || bytes % Integer.BYTES != 0) {
            throw new IllegalArgumentException("cannot fill " + bytes + " bytes from byte " + byteOffset
                    + ": both must be multiples of " + Integer.BYTES);
        }
        if (bytes > 0) {
            ClStatus.check(
                    CL.clEnqueueFillBuffer(
                            queue,
                            buffer.handle(this),
                            Pointer.to(new int[1]),
                            Integer.BYTES,
                            byteOffset,
                            bytes,
                            0,
                            null,
                            null),
                    describe("zeroing", byteOffset, bytes, buffer));
        }
    }

    /**
     * Gives a kernel to the queue.
     *
     * @param global work-items along each of 1 to 3 dimensions
     * @param local work-items of a work-group along each dimension; each must divide its global size
     */
    public void launch(ClKernel kernel, long[] global, long[] local) {
        enqueue(kernel, global, local, null);
    }

    /** The same, with an event that knows when the kernel is done and, when profiling, how long it took. */
    public ClEvent launchWithEvent(ClKernel kernel, long[] global, long[] local) {
        cl_event event = new cl_event();
        enqueue(kernel, global, local, event);
        return own(new ClEvent(this, event, "kernel " + kernel.name()));
    }

    private void enqueue(ClKernel kernel, long[] global, long[] local, @Nullable cl_event event) {
        requireOpen();
        if (kernel.context() != this) {
            throw new IllegalArgumentException("kernel " + kernel.name() + " belongs to another context");
        }
        requireSizes(kernel, global, local);
        int status = CL.clEnqueueNDRangeKernel(
                queue, kernel.readyToLaunch(), global.length, null, global, local, 0, null, event);
        if (status != CL.CL_SUCCESS) {
            throw new ClException(
                    status,
                    "launching kernel " + kernel.name() + " on " + device + " with global size "
                            + Arrays.toString(global) + " and local size " + Arrays.toString(local),
                    "");
        }
    }

    private void requireSizes(ClKernel kernel, long[] global, long[] local) {
        boolean good = global.length >= 1 && global.length <= 3 && global.length == local.length;
        long groupSize = 1;
        for (int i = 0; good && i < global.length; i++) {
            good = local[i] >= 1 && global[i] >= 1 && global[i] % local[i] == 0;
            groupSize *= local[i];
        }
        if (!good || groupSize > device.maxWorkGroupSize()) {
            throw new IllegalArgumentException("kernel " + kernel.name() + " cannot run with global size "
                    + Arrays.toString(global) + " and local size " + Arrays.toString(local)
                    + ": 1 to 3 dimensions, each local size dividing its global size, at most "
                    + device.maxWorkGroupSize() + " work-items a work-group");
        }
    }

    /** Marks this point of the queue, so that the host can wait for it and so keep from running too far ahead. */
    public ClEvent marker() {
        requireOpen();
        cl_event event = new cl_event();
        ClStatus.check(CL.clEnqueueMarkerWithWaitList(queue, 0, null, event), "marking a point in the queue");
        return own(new ClEvent(this, event, "a marked point of the queue"));
    }

    /** Makes sure that the device starts on the work given so far. Returns at once. */
    public void flush() {
        requireOpen();
        ClStatus.check(CL.clFlush(queue), "starting the enqueued work");
    }

    /** Waits until all work given so far is done. */
    public void finish() {
        requireOpen();
        ClStatus.check(CL.clFinish(queue), "waiting for the enqueued work on " + device);
        dropFinishedWrites();
    }

    /** Waits for the queue and releases everything; see the class comment. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        int finished = CL.clFinish(queue);
        dropFinishedWrites();
        List<ClObject> newestFirst = new ArrayList<>(owned);
        Collections.reverse(newestFirst);
        newestFirst.forEach(ClObject::close);
        programs.values().forEach(CL::clReleaseProgram);
        programs.clear();
        closed = true;
        CL.clReleaseCommandQueue(queue);
        CL.clReleaseContext(context);
        ClStatus.check(finished, "waiting for the last work before closing " + device);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "the OpenCL context of " + device + " was closed and cannot be used any more");
        }
    }

    private <T extends ClObject> T own(T object) {
        owned.add(object);
        return object;
    }

    void forget(ClObject object) {
        owned.remove(object);
    }

    private void dropFinishedWrites() {
        while (!pendingWrites.isEmpty()
                && ClEvent.isDone(pendingWrites.peekFirst().event())) {
            CL.clReleaseEvent(pendingWrites.removeFirst().event());
        }
    }

    /** Checks a transfer between host and device; true where there is nothing to move. */
    private boolean transferIsEmpty(ClBuffer buffer, long byteOffset, ByteBuffer host, String verb) {
        if (!host.isDirect() || host.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("cannot " + verb + " with host memory that is "
                    + (host.isDirect() ? "in " + host.order() + " order" : "not direct")
                    + ": take it from ClContext.hostMemory");
        }
        requireRange(verb, buffer, byteOffset, host.remaining());
        return !host.hasRemaining();
    }

    private void requireRange(String verb, ClBuffer buffer, long byteOffset, long bytes) {
        buffer.handle(this);
        if (byteOffset < 0 || bytes < 0 || byteOffset > buffer.size() - bytes) {
            throw new IllegalArgumentException(
                    "cannot " + verb + " " + bytes + " bytes at byte " + byteOffset + " of a " + buffer);
        }
    }

    private static String describe(String doing, long byteOffset, long bytes, ClBuffer buffer) {
        return doing + " " + bytes + " bytes at byte " + byteOffset + " of a " + buffer;
    }
}
