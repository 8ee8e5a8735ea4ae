package scorefield.kernels.opencl;

import org.jocl.CL;
import org.jocl.cl_mem;

/** A piece of device memory. Its content is undefined until it is written. Made by {@link ClContext#allocate}. */
public final class ClBuffer implements ClObject {
    private final ClContext context;
    private final cl_mem handle;
    private final long size;
    private boolean closed;

    ClBuffer(ClContext context, cl_mem handle, long size) {
        this.context = context;
        this.handle = handle;
        this.size = size;
    }

    /** Bytes. */
    public long size() {
        return size;
    }

    cl_mem handle(ClContext user) {
        if (user != context) {
            throw new IllegalArgumentException(this + " belongs to another context");
        }
        context.requireOpen();
        if (closed) {
            throw new IllegalStateException(this + " was closed and cannot be used any more");
        }
        return handle;
    }

    /**
     * Gives the memory back before its context closes. Work already enqueued that uses it still completes: OpenCL keeps
     * the memory until then.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.forget(this);
            ClStatus.check(CL.clReleaseMemObject(handle), "releasing " + this);
        }
    }

    @Override
    public String toString() {
        return "device buffer of " + size + " bytes";
    }
}
