package scorefield.ncsn.data;

import org.jspecify.annotations.Nullable;

/**
 * Data cannot be used: the message is one line that names the file, says what was found and
 * expected, and what to do. The user has to correct it, so a program shows the message without a stack trace.
 */
public final class BadDataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadDataException(String message) {
        super(message);
    }

    public BadDataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
