package scorefield.kernels.launch;

import scorefield.autodiff.DType;
import scorefield.autodiff.Tensor;

/** A run of device memory that a plan uses. Compared by identity. */
public final class Storage {

    /** Who provides the memory. */
    public enum Kind {
        /** The plan's own arena: it lives from its first to its last launch. */
        ARENA,
        /** A variable's buffer, owned by the device, shared by its programs. */
        VARIABLE,
        /** Written before each run. */
        INPUT,
        /** Written once, when the program is compiled. */
        CONSTANT
    }

    private final Kind kind;
    private final Tensor owner;
    private final DType dtype;
    private final int elements;
    private final String label;

    private Storage(Kind kind, Tensor owner, DType dtype, int elements, String label) {
        this.kind = kind;
        this.owner = owner;
        this.dtype = dtype;
        this.elements = elements;
        this.label = label;
    }

    /** Memory of a leaf, which someone else provides. */
    public static Storage leaf(Kind kind, Tensor leaf) {
        return new Storage(kind, leaf, leaf.dtype(), leaf.shape().size(), leafLabel(leaf));
    }

    /** Memory for the numbers of a tensor. */
    public static Storage arena(Tensor tensor) {
        return new Storage(Kind.ARENA, tensor, tensor.dtype(), tensor.shape().size(), label(tensor));
    }

    /** Memory for single-precision numbers that only the launches of a tensor use. */
    public static Storage scratch(Tensor tensor, long floats) {
        if (floats > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    tensor + " needs " + floats + " numbers of scratch memory, but a kernel can index "
                            + Integer.MAX_VALUE + "; use a smaller batch");
        }
        return new Storage(Kind.ARENA, tensor, DType.FLOAT, (int) floats, "scratch of " + label(tensor));
    }

    private static String leafLabel(Tensor leaf) {
        return leaf.name().isEmpty() ? leaf.dtype() + " " + leaf.shape() : leaf.name();
    }

    private static String label(Tensor tensor) {
        return tensor.name().isEmpty() ? tensor.op().label() : tensor.name();
    }

    /** Who provides it. */
    public Kind kind() {
        return kind;
    }

    /** The leaf that it holds, or the tensor that it was made for. */
    public Tensor owner() {
        return owner;
    }

    /** What it is called in listings. */
    public String label() {
        return label;
    }

    /** The type of the numbers. */
    public DType dtype() {
        return dtype;
    }

    /** How many numbers. */
    public int elements() {
        return elements;
    }

    /** Its size, in bytes. */
    public long bytes() {
        return (long) elements * dtype.bytes();
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + " " + label;
    }
}
