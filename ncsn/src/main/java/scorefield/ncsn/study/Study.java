package scorefield.ncsn.study;

/**
 * One step of the argument, in the form of an experiment that takes a minute or two on two processor cores.
 *
 * <p>A study is a function of the laboratory's seed: apart from times, it measures the same numbers in every run on the same device.
 */
public interface Study {

    /** Its name on the command line, such as {@code trace-cost}. */
    String name();

    /** Its claim, in one or two sentences. */
    String claim();

    /** The formula under study, as plain text. */
    String formula();

    /** The source of the claim: paper, equation or section. */
    String source();

    /** Whether it uses the laboratory's {@link Population}, which can be any distribution; otherwise it has its own distributions. */
    default boolean takesData() {
        return false;
    }

    /** Runs the experiment and records numbers, figures and at least one verdict. */
    void run(Laboratory laboratory, Notebook notebook);
}
