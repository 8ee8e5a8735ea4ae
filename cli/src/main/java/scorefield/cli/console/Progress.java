package scorefield.cli.console;

import java.io.PrintWriter;

/** Shows the progress of a long task: a bar on a terminal, occasional lines elsewhere. */
public interface Progress extends AutoCloseable {

    /**
     * Shows that so much is done.
     *
     * @param message further information, such as the loss
     */
    void update(long done, String message);

    /**
     * Shows the share that is done of a task whose progress is counted in percent, rounded down, so that 100 is not reached before the end.
     *
     * @param share up to 1
     */
    default void share(double share, String message) {
        update((long) Math.floor(100 * share), message);
    }

    /** Prints a line without disturbing the bar. */
    void print(String line);

    @Override
    void close();

    /**
     * Progress for a task.
     *
     * @param name of the task, in a word
     * @param unit what is counted, in the plural
     * @param from how much was done before, by an earlier process
     * @param total how much there is to do
     * @param out receives the lines
     */
    static Progress of(String name, String unit, long from, long total, PrintWriter out) {
        return Terminal.isInteractive()
                ? new ProgressOnTerminal(name, from, total, out)
                : new ProgressInLines(name, unit, from, total, out);
    }

    /**
     * Progress for a task that reports {@linkplain #share shares}.
     *
     * @param name of the task, in a word
     * @param out receives the lines
     */
    static Progress inPercent(String name, PrintWriter out) {
        return of(name, "%", 0, 100, out);
    }
}
