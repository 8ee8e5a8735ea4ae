package scorefield.autodiff;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The extent of a tensor along each of its axes, outermost first; numbers lie row-major, the last axis contiguous.
 *
 * <p>A scalar has rank 0. An axis may not be empty, so that a computation over nothing is an error where it is written.
 */
public final class Shape {

    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] dims;

    private Shape(int[] dims) {
        this.dims = dims;
    }

    /**
     * A shape from its extents.
     *
     * @throws IllegalArgumentException if an extent is not positive or the number of elements exceeds 2³¹−1
     */
    public static Shape of(int... dims) {
        long size = 1;
        for (int dim : dims) {
            if (dim <= 0) {
                throw new IllegalArgumentException("a shape needs positive extents; got " + Arrays.toString(dims));
            }
            size *= dim;
            if (size > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "a tensor holds at most 2^31-1 numbers; got " + Arrays.toString(dims));
            }
        }
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** The number of axes. */
    public int rank() {
        return dims.length;
    }

    /** The extent of an axis; a negative axis counts from the end. */
    public int dim(int axis) {
        return dims[axis(axis)];
    }

    /** The axis as a non-negative number; −1 is the last. */
    public int axis(int axis) {
        if (axis < -dims.length || axis >= dims.length) {
            throw new IllegalArgumentException("no axis " + axis + " in shape " + this);
        }
        return axis < 0 ? axis + dims.length : axis;
    }

    /** The number of elements. */
    public int size() {
        return range(0, dims.length);
    }

    /** The number of elements of the axes {@code from} (inclusive) to {@code to} (exclusive). */
    public int range(int from, int to) {
        int size = 1;
        for (int axis = from; axis < to; axis++) {
            size *= dims[axis];
        }
        return size;
    }

    /** A copy of the extents. */
    public int[] dims() {
        return dims.clone();
    }

    /** This shape with the extent of one axis replaced. */
    public Shape with(int axis, int dim) {
        int[] changed = dims.clone();
        changed[axis(axis)] = dim;
        return of(changed);
    }

    /** This shape with one more axis in front: {@code count}×shape. */
    public Shape times(int count) {
        int[] all = new int[dims.length + 1];
        all[0] = count;
        System.arraycopy(dims, 0, all, 1, dims.length);
        return of(all);
    }

    /** N×1×…×1 for a batch N×…: one number for each of its samples, which broadcasts over the sample's. */
    public Shape perSample() {
        int[] ones = new int[dims.length];
        Arrays.fill(ones, 1);
        return of(ones).with(0, dim(0));
    }

    /** The strides of a row-major layout: for each axis, the distance between neighbours along it, in elements. */
    public int[] strides() {
        int[] strides = new int[dims.length];
        int stride = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= dims[axis];
        }
        return strides;
    }

    /**
     * The shape that two operands share after broadcasting: right-aligned, an extent of 1 stretches to the other's.
     *
     * @throws IllegalArgumentException naming the operation and both shapes, where they do not fit
     */
    public static Shape broadcast(String operation, Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] dims = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int da = i <= a.rank() ? a.dim(-i) : 1;
            int db = i <= b.rank() ? b.dim(-i) : 1;
            if (da != db && da != 1 && db != 1) {
                throw new IllegalArgumentException(operation + ": shapes " + a + " and " + b + " do not broadcast");
            }
            dims[rank - i] = Math.max(da, db);
        }
        return of(dims);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** For people: {@code 128×28×28×1}, and {@code scalar} for rank 0. */
    @Override
    public String toString() {
        return dims.length == 0
                ? "scalar"
                : IntStream.of(dims).mapToObj(Integer::toString).collect(Collectors.joining("×"));
    }
}
