package scorefield.ncsn.training;

/** A training step had a loss or a gradient that is infinite or not a number, and was not taken. */
public final class NonFiniteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long step;

    NonFiniteException(long step, String message) {
        super(message);
        this.step = step;
    }

    /** The step, from 0, that was not taken. */
    public long step() {
        return step;
    }
}
