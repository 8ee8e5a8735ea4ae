package scorefield.cli.console;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * Ctrl-C, or SIGTERM: asks the work to end in a state that it can be resumed from, and delays the end of the JVM until it has.
 *
 * <p>The JVM then ends by itself, with the exit code of the signal (130 for Ctrl-C, 143 for SIGTERM). A second signal ends it at once, with
 * the same code: the work may be in a compiler or a long launch, which nothing interrupts.
 */
public final class StopSignal implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final List<String> SECOND = List.of("INT", "TERM");

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested;

    /**
     * Starts to listen for the signal.
     *
     * @param stopping the line to print when it comes
     * @param lost the line to print if the work does not end in time
     */
    public StopSignal(PrintWriter err, String stopping, String lost) {
        hook = new Thread(() -> await(err, stopping, lost), "stop signal");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void await(PrintWriter err, String stopping, String lost) {
        requested = true;
        SECOND.forEach(StopSignal::endAtOnce);
        err.println();
        err.println(stopping + " (Ctrl-C again: end at once; " + lost + ")");
        err.flush();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                err.println("this took longer than " + PATIENCE_SECONDS + " seconds: " + lost);
                err.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** While its hooks run, the JVM ignores a signal that it handles itself. */
    private static void endAtOnce(String signal) {
        Signal.handle(new Signal(signal), again -> Runtime.getRuntime().halt(128 + again.getNumber()));
    }

    /** Whether the work should end. */
    public boolean requested() {
        return requested;
    }

    /** The work has ended. */
    @Override
    public void close() {
        finished.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyEnding) {
                // The signal came just now; the hook finds the work finished and lets the JVM end.
                requested = true;
            }
        }
    }
}
