package scorefield.cli.console;

/** Ends a long computation because a person asked for the end of the program. */
public final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Without a message: nothing went wrong. */
    public Stopped() {
        super("stopped");
    }
}
