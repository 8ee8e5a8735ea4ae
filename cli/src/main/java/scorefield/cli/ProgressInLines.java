package scorefield.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** A line every few seconds, for files and pipes. */
final class ProgressInLines implements Progress {

    private static final long EVERY = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final String unit;
    private final long from;
    private final long total;
    private final PrintWriter out;
    private final long began = System.nanoTime();
    private long shown = began - EVERY;
    private long shownAt = -1;

    ProgressInLines(String name, String unit, long from, long total, PrintWriter out) {
        this.name = name;
        this.unit = unit;
        this.from = from;
        this.total = total;
        this.out = out;
    }

    @Override
    public void update(long done, String message) {
        long now = System.nanoTime();
        boolean due = now - shown >= EVERY || done == total;
        if (!due || message.isEmpty() || done == shownAt) {
            return;
        }
        shown = now;
        shownAt = done;
        double left = done == from ? Double.NaN : (now - began) / 1e9 / (done - from) * (total - done);
        print(name + " " + done + "/" + total + " " + unit + "  " + message
                + (done == total ? "" : "  " + Text.duration(left) + " left"));
    }

    @Override
    public void print(String line) {
        out.println(line);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
