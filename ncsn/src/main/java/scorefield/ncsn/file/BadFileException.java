package scorefield.ncsn.file;

import org.jspecify.annotations.Nullable;

/**
 * A file is not what it should be: damaged, cut short, altered, or of another format. The message is one line that names
 * the file, the byte offset where there is one, and what was found and expected.
 */
public final class BadFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadFileException(String message) {
        super(message);
    }

    public BadFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
