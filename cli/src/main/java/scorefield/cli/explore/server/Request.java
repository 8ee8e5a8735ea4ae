package scorefield.cli.explore.server;

import scorefield.autodiff.Device;
import scorefield.cli.console.StoppableDevice;
import scorefield.cli.console.Stopped;
import scorefield.ncsn.file.Json;

/** A request of a page, while it is answered. A newer one of the same page, session and action cancels it, and so does a browser that left. */
public final class Request {

    private final Json parameters;
    private final String session;
    private final Device device;
    private final Events events;
    private volatile boolean cancelled;

    Request(Json parameters, String session, SharedDevice shared, Events events) {
        this.parameters = parameters;
        this.session = session;
        this.device = new StoppableDevice(shared, () -> cancelled);
        this.events = events;
    }

    /** What was asked: a JSON object. A reading that fails tells the browser what was expected. */
    public Json parameters() {
        return parameters;
    }

    /** Names the window that asks. A page may keep what it has computed for one. */
    public String session() {
        return session;
    }

    /**
     * The device to compute on, for this request's thread. Others compute on it as well, between two of its runs. Once the request is
     * cancelled, the next run throws {@link Stopped}. It is not closed by whoever asks.
     */
    public Device device() {
        return device;
    }

    /**
     * Shows the browser how far it is, at once: the answer becomes a stream of events, of which this is one.
     *
     * @param value as for {@link Answer#json}
     */
    public void progress(Object value) {
        requireGoingOn();
        events.send("progress", Answer.json(value));
    }

    /** Throws {@link Stopped} once the request is cancelled: for long computations that use no device. */
    public void requireGoingOn() {
        if (cancelled) {
            throw new Stopped();
        }
    }

    void cancel() {
        cancelled = true;
    }
}
