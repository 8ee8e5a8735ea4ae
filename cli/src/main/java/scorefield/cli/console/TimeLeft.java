package scorefield.cli.console;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a task will still take, from its speed since the first time that some of it was done: what came before that went into compiling
 * kernels as well, and says nothing about the rest. May be asked by another thread.
 */
final class TimeLeft {

    private final long from;
    private final long total;
    private long first = -1;
    private long firstAt;
    private long done;
    private long doneAt;

    /**
     * Nothing is done yet.
     *
     * @param from how much was done before, by an earlier run of the program
     * @param total how much there is to do
     */
    TimeLeft(long from, long total) {
        this.from = from;
        this.total = total;
    }

    /**
     * Takes note that so much is done.
     *
     * @param now {@link System#nanoTime}
     */
    synchronized void update(long nowDone, long now) {
        if (first < 0 && nowDone > from) {
            first = nowDone;
            firstAt = now;
        }
        done = nowDone;
        doneAt = now;
    }

    /** Seconds from the last update on; NaN while they are unknown. */
    synchronized double seconds() {
        return first < 0 || done <= first ? Double.NaN : (doneAt - firstAt) / 1e9 / (done - first) * (total - done);
    }

    /** The same, empty while it is unknown. */
    Optional<Duration> duration() {
        double seconds = seconds();
        return Double.isNaN(seconds) ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(1000 * seconds)));
    }
}
