package scorefield.ncsn.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Numbers of one type with a shape, row-major, as in a file. It stores the given Java array and returns it without copying, because the
 * arrays of a checkpoint are large. Callers must not change the array afterwards.
 */
public final class Array {

    /** The type of the numbers, with its name in files. */
    public enum Type {
        /** IEEE 754, 32 bits. */
        F32(Float.BYTES),
        /** IEEE 754, 64 bits. */
        F64(Double.BYTES),
        /** Signed, 32 bits. */
        I32(Integer.BYTES),
        /** Signed, 64 bits. */
        I64(Long.BYTES),
        /** Unsigned, 0 to 255. */
        U8(1);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes of one number. */
        public int bytes() {
            return bytes;
        }
    }

    private final Type type;
    private final int[] shape;
    private final Object numbers;

    private Array(Type type, int[] shape, Object numbers, int length) {
        this.type = type;
        this.shape = shape.clone();
        this.numbers = Objects.requireNonNull(numbers);
        long size = 1;
        for (int axis : shape) {
            if (axis < 0) {
                throw new IllegalArgumentException(
                        "every axis of a shape must be at least 0; got " + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, axis);
        }
        if (size != length) {
            throw new IllegalArgumentException(
                    "an array of shape " + Arrays.toString(shape) + " needs " + size + " numbers; got " + length);
        }
    }

    /** An array of {@link Type#F32}. The number of elements must be the product of the shape. */
    public static Array of(float[] numbers, int... shape) {
        return new Array(Type.F32, shape, numbers, numbers.length);
    }

    /** An array of {@link Type#F64}. The number of elements must be the product of the shape. */
    public static Array of(double[] numbers, int... shape) {
        return new Array(Type.F64, shape, numbers, numbers.length);
    }

    /** An array of {@link Type#I32}. The number of elements must be the product of the shape. */
    public static Array of(int[] numbers, int... shape) {
        return new Array(Type.I32, shape, numbers, numbers.length);
    }

    /** An array of {@link Type#I64}. The number of elements must be the product of the shape. */
    public static Array of(long[] numbers, int... shape) {
        return new Array(Type.I64, shape, numbers, numbers.length);
    }

    /** An array of {@link Type#U8}: each byte stands for 0 to 255. The number of elements must be the product of the shape. */
    public static Array of(byte[] numbers, int... shape) {
        return new Array(Type.U8, shape, numbers, numbers.length);
    }

    static Array zeros(Type type, int length, int... shape) {
        return switch (type) {
            case F32 -> of(new float[length], shape);
            case F64 -> of(new double[length], shape);
            case I32 -> of(new int[length], shape);
            case I64 -> of(new long[length], shape);
            case U8 -> of(new byte[length], shape);
        };
    }

    /** The type of the numbers; it says which accessor returns them. */
    public Type type() {
        return type;
    }

    /** The length of each axis; empty for a single number. */
    public int[] shape() {
        return shape.clone();
    }

    /** How many numbers. */
    public int length() {
        return java.lang.reflect.Array.getLength(numbers);
    }

    /** The numbers, if they are {@link Type#F32}. */
    public float[] floats() {
        require(Type.F32);
        return (float[]) numbers;
    }

    /** The numbers, if they are {@link Type#F64}. */
    public double[] doubles() {
        require(Type.F64);
        return (double[]) numbers;
    }

    /** The numbers, if they are {@link Type#I32}. */
    public int[] ints() {
        require(Type.I32);
        return (int[]) numbers;
    }

    /** The numbers, if they are {@link Type#I64}. */
    public long[] longs() {
        require(Type.I64);
        return (long[]) numbers;
    }

    /** The numbers, if they are {@link Type#U8}. */
    public byte[] bytes() {
        require(Type.U8);
        return (byte[]) numbers;
    }

    /**
     * Numbers of {@link Type#F32} or {@link Type#F64} as float32.
     *
     * @param file that they are from, for errors
     * @throws BadFileException if they are of another type, or one is not finite as float32
     */
    public float[] finiteFloats(String file) {
        float[] floats = switch (type) {
            case F32 -> floats();
            case F64 -> rounded(doubles());
            case I32, I64, U8 ->
                throw new BadFileException(file + ": holds numbers of the type " + type
                        + "; float32 and float64 are read here: save it with astype('float32')");
        };
        for (int i = 0; i < floats.length; i++) {
            if (!Float.isFinite(floats[i])) {
                throw new BadFileException(file + ": holds " + floats[i] + " at index " + Arrays.toString(index(i))
                        + "; all numbers must be finite as float32");
            }
        }
        return floats;
    }

    private static float[] rounded(double[] doubles) {
        float[] floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    /** Where the i-th number is. */
    private int[] index(int i) {
        int[] index = new int[shape.length];
        int rest = i;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    private void require(Type wanted) {
        if (type != wanted) {
            throw new IllegalStateException("the array must contain " + wanted + " numbers; it contains " + type);
        }
    }

    /** Writes {@code count} numbers, starting at index {@code from}, to a buffer, little-endian. */
    void put(ByteBuffer buffer, int from, int count) {
        ByteBuffer little = buffer.order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F32 -> little.asFloatBuffer().put(floats(), from, count);
            case F64 -> little.asDoubleBuffer().put(doubles(), from, count);
            case I32 -> little.asIntBuffer().put(ints(), from, count);
            case I64 -> little.asLongBuffer().put(longs(), from, count);
            case U8 -> little.slice().put(bytes(), from, count);
        }
        buffer.position(buffer.position() + count * type.bytes());
    }

    /** Reads {@code count} little-endian numbers from a buffer into the array, starting at index {@code to}. */
    void get(ByteBuffer buffer, int to, int count) {
        ByteBuffer little = buffer.order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case F32 -> little.asFloatBuffer().get(floats(), to, count);
            case F64 -> little.asDoubleBuffer().get(doubles(), to, count);
            case I32 -> little.asIntBuffer().get(ints(), to, count);
            case I64 -> little.asLongBuffer().get(longs(), to, count);
            case U8 -> little.slice().get(bytes(), to, count);
        }
        buffer.position(buffer.position() + count * type.bytes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Array that
                && type == that.type
                && Arrays.equals(shape, that.shape)
                // Bit for bit, as a file sees it: NaN equals NaN, and 0 is not −0.
                && Objects.deepEquals(numbers, that.numbers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, Arrays.hashCode(shape), Arrays.deepHashCode(new Object[] {numbers}));
    }

    /** Type and shape, such as {@code F32[3, 4]}. */
    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
