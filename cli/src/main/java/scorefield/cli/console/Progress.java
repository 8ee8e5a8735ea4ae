package scorefield.cli.console;

import java.io.PrintWriter;

/** Shows how far a long task is: a bar on a terminal, a line now and then elsewhere. */
public interface Progress extends AutoCloseable {

    /**
     * Shows that so much is done.
     *
     * @param message what else there is to say, such as the loss
     */
    void update(long done, String message);

    /**
     * Shows how much of a task of which percents are counted is done: whole ones, so that 100 are not reached before the end.
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
     * @param name the task's, in a word
     * @param unit what is counted, in the plural
     * @param from how much was done before, by an earlier run of the program
     * @param total how much there is to do
     * @param out where lines go
     */
    static Progress of(String name, String unit, long from, long total, PrintWriter out) {
        return Terminal.isInteractive()
                ? new ProgressOnTerminal(name, from, total, out)
                : new ProgressInLines(name, unit, from, total, out);
    }

    /**
     * Progress for a task of which {@linkplain #share shares} are told.
     *
     * @param name the task's, in a word
     * @param out where lines go
     */
    static Progress inPercent(String name, PrintWriter out) {
        return of(name, "%", 0, 100, out);
    }
}
