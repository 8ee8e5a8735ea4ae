package scorefield.ncsn.training;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.DataSet;

/**
 * What a checkpoint remembers of the data set: enough to sample without it, and to notice when a run is resumed on other data.
 *
 * @param name of the data set
 * @param sha256 of all bytes, hexadecimal
 * @param count N
 * @param dims the shape of one sample: H, W, C of images, D of points
 * @param dtype BYTE for images, FLOAT for points
 * @param classes the names of the samples' classes; empty where none are known
 */
public record DataSummary(
        String name, String sha256, int count, List<Integer> dims, DType dtype, List<String> classes) {

    /** Copies the names of the classes; none are known if a checkpoint from before there were classes has none. */
    public DataSummary {
        // A checkpoint from before there were classes has none.
        classes = List.copyOf(Objects.requireNonNullElse(classes, List.of()));
    }

    /** The summary of a data set. */
    public static DataSummary of(DataSet data) {
        List<Integer> dims = Arrays.stream(data.sample().dims()).boxed().toList();
        return new DataSummary(data.name(), data.sha256(), data.count(), dims, data.dtype(), data.classes());
    }

    /** The shape of one sample: H×W×C for images, D for points. */
    public Shape sample() {
        return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public String toString() {
        String kind = dims.size() == 1 ? "points of " + sample() + " numbers" : "images of " + sample();
        return "%s (%d %s, SHA-256 %s…)"
                .formatted(name, count, kind, sha256.substring(0, Math.min(8, sha256.length())));
    }
}
