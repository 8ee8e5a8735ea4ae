package scorefield.kernels.opencl;

import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_event;

/** A point in the queue's work that the host can wait for, or whose time it can ask. */
public final class ClEvent implements ClObject {
    private final ClContext context;
    private final cl_event handle;
    private final String what;
    private boolean closed;

    ClEvent(ClContext context, cl_event handle, String what) {
        this.context = context;
        this.handle = handle;
        this.what = what;
    }

    /** Waits until the work up to and including this point is done. */
    public void await() {
        cl_event event = handle();
        int status = CL.clWaitForEvents(1, new cl_event[] {event});
        ClStatus.check(status, "waiting for " + what);
    }

    /** Whether the work up to and including this point is done; never waits. */
    public boolean isDone() {
        return isDone(handle());
    }

    static boolean isDone(cl_event event) {
        int[] state = new int[1];
        ClStatus.check(
                CL.clGetEventInfo(event, CL.CL_EVENT_COMMAND_EXECUTION_STATUS, Sizeof.cl_int, Pointer.to(state), null),
                "asking for an event's state");
        // A negative state is the error with which the command ended: it will not run any further.
        return state[0] <= CL.CL_COMPLETE;
    }

    /** Nanoseconds that the device spent on this command; waits for its end. Needs a context opened for profiling. */
    public long nanoseconds() {
        return ended() - started();
    }

    /** When the device started on this command, in nanoseconds of its own clock; waits for its end, and needs the same. */
    public long started() {
        return timeOf(CL.CL_PROFILING_COMMAND_START);
    }

    /** When the device ended this command, in nanoseconds of its own clock; waits for its end, and needs the same. */
    public long ended() {
        return timeOf(CL.CL_PROFILING_COMMAND_END);
    }

    private long timeOf(int which) {
        if (!context.profiling()) {
            throw new IllegalStateException("times are measured only in a context that was opened for profiling");
        }
        await();
        return time(which);
    }

    private long time(int which) {
        long[] time = new long[1];
        ClStatus.check(
                CL.clGetEventProfilingInfo(handle, which, Sizeof.cl_ulong, Pointer.to(time), null),
                "asking for the time of " + what);
        return time[0];
    }

    private cl_event handle() {
        context.requireOpen();
        if (closed) {
            throw new IllegalStateException("the event of " + what + " was closed and cannot be used any more");
        }
        return handle;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.forget(this);
            ClStatus.check(CL.clReleaseEvent(handle), "releasing the event of " + what);
        }
    }
}
