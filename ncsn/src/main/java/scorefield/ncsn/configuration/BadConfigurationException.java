package scorefield.ncsn.configuration;

/** A setting that a person gave cannot be used. The message is one line: the key, the value, what is allowed. */
public final class BadConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadConfigurationException(String message) {
        super(message);
    }
}
