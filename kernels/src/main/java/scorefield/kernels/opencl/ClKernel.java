package scorefield.kernels.opencl;

import java.util.BitSet;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;
import org.jspecify.annotations.Nullable;

/**
 * One kernel function with its own arguments. Arguments stay set from launch to launch; two recorded launches of one
 * function are two objects. Made by {@link ClContext#kernel}. Not for use by two threads at once.
 */
public final class ClKernel implements ClObject {
    private final ClContext context;
    private final cl_kernel handle;
    private final String name;
    private final int arguments;
    private final BitSet set = new BitSet();
    private boolean closed;

    ClKernel(ClContext context, cl_kernel handle, String name) {
        this.context = context;
        this.handle = handle;
        this.name = name;
        int[] count = new int[1];
        ClStatus.check(
                CL.clGetKernelInfo(handle, CL.CL_KERNEL_NUM_ARGS, Sizeof.cl_uint, Pointer.to(count), null),
                "counting the parameters of kernel " + name);
        this.arguments = count[0];
    }

    /** The function's name in its source. */
    public String name() {
        return name;
    }

    /** Sets a {@code global} pointer parameter. */
    public ClKernel setBuffer(int index, ClBuffer buffer) {
        return set(index, Sizeof.cl_mem, Pointer.to(buffer.handle(context)), buffer);
    }

    /** Sets an {@code int} parameter. */
    public ClKernel setInt(int index, int value) {
        return set(index, Sizeof.cl_int, Pointer.to(new int[] {value}), value);
    }

    /** Sets a {@code float} parameter. */
    public ClKernel setFloat(int index, float value) {
        return set(index, Sizeof.cl_float, Pointer.to(new float[] {value}), value);
    }

    /** Gives a {@code local} pointer parameter so many bytes of a work-group's local memory. */
    public ClKernel setLocal(int index, long bytes) {
        return set(index, bytes, null, bytes + " bytes of local memory");
    }

    private ClKernel set(int index, long size, @Nullable Pointer value, Object shown) {
        cl_kernel kernel = handle();
        if (index < 0 || index >= arguments) {
            throw new IllegalArgumentException("kernel " + name + " has " + arguments
                    + " parameters: there is no argument " + index + " to set to " + shown);
        }
        ClStatus.check(
                CL.clSetKernelArg(kernel, index, size, value),
                "setting argument " + index + " of kernel " + name + " to " + shown);
        set.set(index);
        return this;
    }

    /** The handle, for a launch: every argument must have been set. */
    cl_kernel readyToLaunch() {
        cl_kernel kernel = handle();
        int missing = set.nextClearBit(0);
        if (missing < arguments) {
            throw new IllegalStateException(
                    "kernel " + name + " cannot be launched: argument " + missing + " of " + arguments + " is not set");
        }
        return kernel;
    }

    private cl_kernel handle() {
        context.requireOpen();
        if (closed) {
            throw new IllegalStateException("kernel " + name + " was closed and cannot be used any more");
        }
        return handle;
    }

    ClContext context() {
        return context;
    }

    /** Releases the kernel before its context closes; launches already enqueued still complete. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.forget(this);
            ClStatus.check(CL.clReleaseKernel(handle), "releasing kernel " + name);
        }
    }
}
