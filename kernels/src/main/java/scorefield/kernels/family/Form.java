package scorefield.kernels.family;

/** How many elements generated code computes at a time: one, the four that a GPU reads at once, or the sixteen that a CPU computes at once. */
public enum Form {
    /** One. */
    SCALAR(1),
    /** Four, on a GPU. */
    FOUR(4),
    /** Sixteen, on a CPU. */
    SIXTEEN(16);

    private final String type;
    private final int width;

    Form(int width) {
        this.type = width == 1 ? "float" : "float" + width;
        this.width = width;
    }

    /** How many elements. */
    public int width() {
        return width;
    }

    /** Their OpenCL C type. */
    public String type() {
        return type;
    }
}
