package scorefield.kernels.opencl;

/** An OpenCL call failed. The message says what was being done, the status by name and number, and what to do. */
public final class ClException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    ClException(int status, String operation, String detail) {
        super(message(status, operation, detail));
        this.status = status;
    }

    /** The status code as OpenCL returned it, always negative. */
    public int status() {
        return status;
    }

    /** The status code's name in the OpenCL headers, e.g. {@code CL_OUT_OF_RESOURCES}. */
    public String statusName() {
        return ClStatus.nameOf(status);
    }

    private static String message(int status, String operation, String detail) {
        StringBuilder text = new StringBuilder("OpenCL failed while ")
                .append(operation)
                .append(": ")
                .append(ClStatus.nameOf(status))
                .append(" (")
                .append(status)
                .append(").");
        String advice = ClStatus.adviceFor(status);
        if (!advice.isEmpty()) {
            text.append(' ').append(advice);
        }
        if (!detail.isEmpty()) {
            text.append('\n').append(detail);
        }
        return text.toString();
    }
}
