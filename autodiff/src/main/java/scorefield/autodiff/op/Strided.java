package scorefield.autodiff.op;

import scorefield.autodiff.Shape;

/**
 * Another tensor's element for each element of a shape: row-major index in, strided index out.
 *
 * <p>Broadcasting, transposing, slicing and padding are all of this form; they differ in their strides and start.
 */
final class Strided {

    private final int[] dims;
    private final int[] strides;
    private final int start;

    Strided(Shape shape, int[] strides, int start) {
        this.dims = shape.dims();
        this.strides = strides.clone();
        this.start = start;
    }

    /** Reads {@code small} as if it had the shape {@code large}: stride 0 along the axes that are stretched. */
    static Strided broadcast(Shape small, Shape large) {
        int[] own = small.strides();
        int[] strides = new int[large.rank()];
        int lead = large.rank() - small.rank();
        for (int axis = 0; axis < small.rank(); axis++) {
            strides[lead + axis] = small.dim(axis) == 1 ? 0 : own[axis];
        }
        return new Strided(large, strides, 0);
    }

    int index(int linear) {
        int rest = linear;
        int index = start;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            index += rest % dims[axis] * strides[axis];
            rest /= dims[axis];
        }
        return index;
    }

    /** The elements of {@code source}, in this order. */
    double[] read(double[] source, int count) {
        double[] result = new double[count];
        Parallel.range(count, i -> result[i] = source[index(i)]);
        return result;
    }
}
