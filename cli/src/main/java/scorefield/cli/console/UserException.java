package scorefield.cli.console;

/** The user asked for something that cannot be done. The message is one line; the exit code is 2. */
public final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: what cannot be used, and what can */
    public UserException(String message) {
        super(message);
    }
}
