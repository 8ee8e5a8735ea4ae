package scorefield.cli;

/** Something failed at run time. The message is one line that says what is left and what to do; the exit code is 1. */
final class RunFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
