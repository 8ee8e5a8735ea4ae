package scorefield.cli.console;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import scorefield.ncsn.text.Text;

/**
 * A line every few seconds, for files and pipes. The time left follows from what came after the first update: until then kernels were
 * compiled, which says nothing about the rest.
 */
final class ProgressInLines implements Progress {

    private static final long EVERY = TimeUnit.SECONDS.toNanos(5);

    private final String name;
    private final String unit;
    private final long total;
    private final PrintWriter out;
    private final TimeLeft left;
    private long shown = System.nanoTime() - EVERY;
    private long shownAt = -1;

    ProgressInLines(String name, String unit, long from, long total, PrintWriter out) {
        this.name = name;
        this.unit = unit;
        this.total = total;
        this.out = out;
        this.left = new TimeLeft(from, total);
    }

    @Override
    public void update(long done, String message) {
        long now = System.nanoTime();
        left.update(done, now);
        boolean due = now - shown >= EVERY || done == total;
        if (!due || message.isEmpty() || done == shownAt) {
            return;
        }
        shown = now;
        shownAt = done;
        print(name + " " + done + "/" + total + " " + unit + "  " + message
                + (done == total ? "" : "  " + Text.duration(left.seconds()) + " left"));
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
