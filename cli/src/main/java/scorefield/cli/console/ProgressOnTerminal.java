package scorefield.cli.console;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import scorefield.ncsn.text.Text;

/** A bar that is redrawn in its place, with the time left. */
final class ProgressOnTerminal implements Progress {

    /** Goes to the beginning of the line and clears it. */
    private static final String CLEAR = "\r\u001b[K";

    private final ProgressBar bar;
    private final PrintWriter out;
    private final TimeLeft left;

    ProgressOnTerminal(String name, long from, long total, PrintWriter out) {
        this.out = out;
        this.left = new TimeLeft(from, total);
        this.bar = new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .startsFrom(from, Duration.ZERO)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                .setUpdateIntervalMillis(250)
                .setEtaFunction(state -> left.duration())
                .build();
    }

    @Override
    public void update(long done, String message) {
        left.update(done, System.nanoTime());
        bar.stepTo(done);
        bar.setExtraMessage(" " + Text.printable(message));
    }

    @Override
    public void print(String line) {
        if (out instanceof ConsoleWriter console) {
            console.control(CLEAR);
        }
        out.println(line);
        bar.refresh();
    }

    @Override
    public void close() {
        bar.close();
    }
}
