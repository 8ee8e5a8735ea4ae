package scorefield.cli.console;

/** A command failed at run time. The message is one line that says what is left and what to do; the exit code is 1. */
public final class RunFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line */
    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
