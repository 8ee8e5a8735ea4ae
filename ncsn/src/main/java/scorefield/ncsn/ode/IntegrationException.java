package scorefield.ncsn.ode;

/** A differential equation could not be followed to its end. */
public final class IntegrationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    IntegrationException(String message) {
        super(message);
    }
}
