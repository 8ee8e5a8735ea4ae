package scorefield.cli.console;

/** What a person asked for cannot be done as asked. The message is one line; the program ends with exit code 2. */
public final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: what cannot be used, and what can */
    public UserException(String message) {
        super(message);
    }
}
