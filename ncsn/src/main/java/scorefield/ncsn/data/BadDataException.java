package scorefield.ncsn.data;

import org.jspecify.annotations.Nullable;

/**
 * Data cannot be used: the message is one line that names the file, says what was found and
 * expected, and what to do. The user has to correct it, so a program shows the message without a stack trace.
 */
public final class BadDataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: the file or the setting, what was found, what was expected, and what to do */
    public BadDataException(String message) {
        super(message);
    }

    /** @param cause the failure underneath, such as that of a decoder; null if there is none */
    public BadDataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
