package scorefield.ncsn.collective;

/** Several processes could not work as one: no MPI was found, one of them failed or differs from the others, or the connection broke. */
public final class RanksException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: what failed where, and what to do */
    public RanksException(String message) {
        super(message);
    }
}
