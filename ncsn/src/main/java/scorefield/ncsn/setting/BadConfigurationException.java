package scorefield.ncsn.setting;

/** A setting that a person gave cannot be used. The message is one line: the key, what is allowed, the value. */
public final class BadConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a message for a person: the key, what is allowed, the value. */
    public BadConfigurationException(String message) {
        super(message);
    }
}
