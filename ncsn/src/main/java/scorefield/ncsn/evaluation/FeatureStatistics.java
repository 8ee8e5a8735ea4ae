package scorefield.ncsn.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.Npz;
import scorefield.ncsn.metric.GaussianFit;

/** Mean and covariance of features as pytorch-fid and others keep them: a {@code .npz} file with {@code mu}, D, and {@code sigma}, D×D. */
public final class FeatureStatistics {

    private static final String MEAN = "mu";
    private static final String COVARIANCE = "sigma";

    private FeatureStatistics() {}

    /** Whether a path is a {@code .npz} file with {@code mu} and {@code sigma}. */
    public static boolean recognises(Path path) throws IOException {
        return Files.isRegularFile(path)
                && path.toString().endsWith(".npz")
                && Npz.read(path).keySet().containsAll(List.of(MEAN, COVARIANCE));
    }

    /**
     * Reads statistics.
     *
     * @throws BadDataException if the arrays are no mean and covariance
     */
    public static GaussianFit read(Path path) throws IOException {
        Map<String, Array> arrays = Npz.read(path);
        double[] mean = doubles(path, MEAN, arrays.get(MEAN));
        double[] flat = doubles(path, COVARIANCE, arrays.get(COVARIANCE));
        int d = mean.length;
        if (flat.length != d * d) {
            throw new BadDataException(path + ": mu has " + d + " numbers, so sigma must be " + d + "×" + d
                    + "; it has " + flat.length + " numbers");
        }
        double[][] covariance = new double[d][];
        for (int row = 0; row < d; row++) {
            covariance[row] = Arrays.copyOfRange(flat, row * d, (row + 1) * d);
        }
        return new GaussianFit(mean, covariance);
    }

    private static double[] doubles(Path path, String name, Array array) {
        if (array == null || (array.type() != Array.Type.F64 && array.type() != Array.Type.F32)) {
            throw new BadDataException(path + ": must hold " + name + " as float64 or float32");
        }
        if (array.type() == Array.Type.F64) {
            return array.doubles();
        }
        double[] doubles = new double[array.length()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = array.floats()[i];
        }
        return doubles;
    }

    /** Writes statistics in float64. */
    public static void write(Path path, GaussianFit fit) throws IOException {
        int d = fit.dimension();
        double[] flat = new double[d * d];
        for (int row = 0; row < d; row++) {
            System.arraycopy(fit.covariance()[row], 0, flat, row * d, d);
        }
        Map<String, Array> arrays = new LinkedHashMap<>();
        arrays.put(MEAN, Array.of(fit.mean(), d));
        arrays.put(COVARIANCE, Array.of(flat, d, d));
        Npz.write(path, arrays);
    }
}
