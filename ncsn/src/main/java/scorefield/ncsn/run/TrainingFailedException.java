package scorefield.ncsn.run;

/** Training failed while it was under way. The message is one line: what failed, what is left of the run, and what may help. */
public final class TrainingFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line: what failed, what is left of the run, and what may help */
    public TrainingFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
