package scorefield.cli;

/** What a person asked for cannot be done as asked. The message is one line; the program ends with exit code 2. */
final class UserException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UserException(String message) {
        super(message);
    }
}
