package scorefield.autodiff;

import java.util.Arrays;

/**
 * The numbers of one tensor, on the host: what is fed to a computation and what is read back from it.
 *
 * <p>Numbers lie row-major. {@link DType#FLOAT} values may be held in single or double precision; the {@link ReferenceDevice} keeps the
 * precision that it is given. An array that is passed in is kept, not copied; do not change it afterwards.
 */
public final class Values {

    private final Shape shape;
    private final DType dtype;
    private final Object data;

    private Values(Shape shape, DType dtype, Object data, int length) {
        if (length != shape.size()) {
            throw new IllegalArgumentException("shape " + shape + " needs " + shape.size() + " numbers; got " + length);
        }
        this.shape = shape;
        this.dtype = dtype;
        this.data = data;
    }

    /** Single-precision numbers. */
    public static Values of(Shape shape, float... data) {
        return new Values(shape, DType.FLOAT, data, data.length);
    }

    /** Double-precision numbers of type {@link DType#FLOAT}. */
    public static Values of(Shape shape, double... data) {
        return new Values(shape, DType.FLOAT, data, data.length);
    }

    /** Integers. */
    public static Values of(Shape shape, int... data) {
        return new Values(shape, DType.INT, data, data.length);
    }

    /** Unsigned bytes. */
    public static Values of(Shape shape, byte... data) {
        return new Values(shape, DType.BYTE, data, data.length);
    }

    /** One number. */
    public static Values scalar(double value) {
        return of(Shape.SCALAR, value);
    }

    /** The same number everywhere. */
    public static Values fill(Shape shape, double value) {
        double[] data = new double[shape.size()];
        Arrays.fill(data, value);
        return of(shape, data);
    }

    /** The shape that the numbers fill. */
    public Shape shape() {
        return shape;
    }

    /** The type of the numbers. */
    public DType dtype() {
        return dtype;
    }

    /** The number at a row-major index; a byte counts as 0 to 255. */
    public double get(int index) {
        if (data instanceof float[] floats) {
            return floats[index];
        }
        if (data instanceof double[] doubles) {
            return doubles[index];
        }
        if (data instanceof int[] ints) {
            return ints[index];
        }
        return ((byte[]) data)[index] & 0xff;
    }

    /** The only number of a tensor of size 1. */
    public double item() {
        if (shape.size() != 1) {
            throw new IllegalStateException("item() needs exactly one number; got the shape " + shape);
        }
        return get(0);
    }

    /** The numbers in double precision, as a copy. */
    public double[] doubles() {
        double[] result = new double[shape.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = get(i);
        }
        return result;
    }

    /** The numbers in single precision: the array itself if they are held in single precision, otherwise a rounded copy. */
    public float[] floats() {
        if (data instanceof float[] floats) {
            return floats;
        }
        float[] result = new float[shape.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) get(i);
        }
        return result;
    }

    /** The integers of an {@link DType#INT} tensor, not copied. */
    public int[] ints() {
        return (int[]) require(DType.INT);
    }

    /** The bytes of a {@link DType#BYTE} tensor, not copied. */
    public byte[] bytes() {
        return (byte[]) require(DType.BYTE);
    }

    private Object require(DType expected) {
        if (dtype != expected) {
            throw new IllegalStateException("these values are of type " + dtype + ", not " + expected);
        }
        return data;
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder().append(dtype).append(' ').append(shape).append(" [");
        int shown = Math.min(shape.size(), 8);
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "" : ", ").append(get(i));
        }
        return text.append(shown < shape.size() ? ", …]" : "]").toString();
    }
}
