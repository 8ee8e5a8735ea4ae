package scorefield.ncsn.data;

import org.jspecify.annotations.Nullable;

/**
 * Data that a person gave cannot be used: the message is one line that names the file, says what was found and
 * expected, and what to do. It is the user's to mend, so a program shows the message without a stack trace.
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
