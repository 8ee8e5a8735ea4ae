package scorefield.kernels.verify;

/** A compiler refused a kernel, or could not be run; the message is what it said. */
final class CompilerException extends Exception {
    private static final long serialVersionUID = 1;

    CompilerException(String message) {
        super(message);
    }
}
