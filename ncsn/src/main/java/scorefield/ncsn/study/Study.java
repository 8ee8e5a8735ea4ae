package scorefield.ncsn.study;

/**
 * One step of the argument, as an experiment that takes a minute or two on two processor cores.
 *
 * <p>A study is a function of the laboratory's seed: times apart, it measures the same numbers whenever it is run on a device.
 */
public interface Study {

    /** What it is called on the command line: {@code trace-cost}. */
    String name();

    /** What is claimed, in one or two sentences. */
    String claim();

    /** The formula that it is about, as plain text. */
    String formula();

    /** Where it comes from: paper, equation or section. */
    String source();

    /** Whether it is about the laboratory's {@link Population}, whichever that is; otherwise it is about distributions of its own. */
    default boolean takesData() {
        return false;
    }

    /** Does the experiment and writes down numbers, figures and verdicts, of which there is at least one. */
    void run(Laboratory laboratory, Notebook notebook);
}
