package scorefield.cli;

/** Ends a long computation because a person asked for the end of the program. */
final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Stopped() {
        super("stopped");
    }
}
