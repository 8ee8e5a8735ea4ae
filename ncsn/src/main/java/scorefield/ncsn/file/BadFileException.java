package scorefield.ncsn.file;

import org.jspecify.annotations.Nullable;

/**
 * Signals that a file is damaged, truncated, altered, or in another format. The message is one line with the file, the byte offset if there
 * is one, and what was found and expected.
 */
public final class BadFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: the file, the byte offset if there is one, what was found, and what was expected */
    public BadFileException(String message) {
        super(message);
    }

    /** @param cause the failure underneath, such as that of the file system; null if there is none */
    public BadFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
