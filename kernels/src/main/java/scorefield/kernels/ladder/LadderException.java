package scorefield.kernels.ladder;

/** A rung does not compile, does not run, or computes the wrong numbers. The message names it. */
public final class LadderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LadderException(String message, Throwable cause) {
        super(message, cause);
    }

    LadderException(String message) {
        super(message);
    }
}
