package scorefield.ncsn.run;

import org.jspecify.annotations.Nullable;

/**
 * A run cannot be opened, begun or resumed as the user asked. The message is one line: what was asked for, what is the matter, what to do. It
 * is the user's to mend, so a program shows the message without a stack trace.
 */
public final class RunException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: what was asked for, what prevents it, and what to do */
    public RunException(String message) {
        super(message);
    }

    /** @param cause the failure underneath, such as that of the file system; null if there is none */
    public RunException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
