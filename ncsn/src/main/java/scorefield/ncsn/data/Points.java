package scorefield.ncsn.data;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.Sha256;

/** A data set of N points in D dimensions, floats in the order {@code N×D}. Immutable. */
public final class Points implements DataSet {

    private final String name;
    private final int dimension;
    private final float[] coordinates;
    private @Nullable String sha256;

    /** Takes the array as it is: only for callers in this package that give it away. */
    Points(String name, int dimension, float[] coordinates) {
        this.name = Objects.requireNonNull(name, "name");
        if (dimension < 1 || coordinates.length == 0 || coordinates.length % dimension != 0) {
            throw new BadDataException(name + ": " + coordinates.length + " numbers are not one or more points of "
                    + dimension + " numbers");
        }
        for (int i = 0; i < coordinates.length; i++) {
            if (!Float.isFinite(coordinates[i])) {
                throw new BadDataException(name + ": number " + i % dimension + " of point " + i / dimension + " is "
                        + coordinates[i] + "; coordinates must be finite");
            }
        }
        this.dimension = dimension;
        this.coordinates = coordinates;
    }

    /** Points from coordinates in the order {@code N×D}, which are copied. */
    public static Points of(String name, int dimension, float[] coordinates) {
        return new Points(name, dimension, coordinates.clone());
    }

    /** Points from N rows of D numbers, rounded to floats. */
    public static Points of(String name, double[][] points) {
        int d = points.length == 0 ? 0 : points[0].length;
        float[] coordinates = new float[Math.multiplyExact(points.length, d)];
        for (int n = 0; n < points.length; n++) {
            if (points[n].length != d) {
                throw new BadDataException(
                        name + ": point " + n + " has " + points[n].length + " numbers, point 0 has " + d);
            }
            for (int k = 0; k < d; k++) {
                coordinates[n * d + k] = (float) points[n][k];
            }
        }
        return new Points(name, d, coordinates);
    }

    /** Its name, such as {@code moons}. */
    @Override
    public String name() {
        return name;
    }

    /** N, at least 1. */
    @Override
    public int count() {
        return coordinates.length / dimension;
    }

    @Override
    public Shape sample() {
        return Shape.of(dimension);
    }

    @Override
    public DType dtype() {
        return DType.FLOAT;
    }

    @Override
    public Values values() {
        return Values.of(Shape.of(count(), dimension), coordinates());
    }

    /** D. */
    @Override
    public int dimension() {
        return dimension;
    }

    /** All points, {@code N×D}: a copy. */
    public float[] coordinates() {
        return coordinates.clone();
    }

    /** Point n, D numbers. */
    public double[] point(int n) {
        Objects.checkIndex(n, count());
        double[] point = new double[dimension];
        for (int k = 0; k < dimension; k++) {
            point[k] = coordinates[n * dimension + k];
        }
        return point;
    }

    /** All points, N rows of D numbers. */
    public double[][] rows() {
        return IntStream.range(0, count()).mapToObj(this::point).toArray(double[][]::new);
    }

    /** The points with these numbers, in this order; a number may come twice. */
    @Override
    public Points select(int... numbers) {
        return of(name, Arrays.stream(numbers).mapToObj(this::point).toArray(double[][]::new));
    }

    /** Points {@code from} (inclusive) to {@code to} (exclusive). */
    public Points slice(int from, int to) {
        Objects.checkFromToIndex(from, to, count());
        return new Points(name, dimension, Arrays.copyOfRange(coordinates, from * dimension, to * dimension));
    }

    /** The SHA-256 of the coordinates' bytes, little-endian, in hexadecimal: tells whether a run goes on with the data it began with. */
    @Override
    public synchronized String sha256() {
        if (sha256 == null) {
            sha256 = Sha256.of(coordinates);
        }
        return sha256;
    }

    /** The coordinates themselves, not to be written to. */
    float[] raw() {
        return coordinates;
    }

    /** One line, such as {@code moons: 10000 points in 2 dimensions}. */
    @Override
    public String toString() {
        return name + ": " + count() + (count() == 1 ? " point in " : " points in ") + dimension
                + (dimension == 1 ? " dimension" : " dimensions");
    }
}
