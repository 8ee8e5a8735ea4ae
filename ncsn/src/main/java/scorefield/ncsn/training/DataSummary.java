package scorefield.ncsn.training;

import java.util.Arrays;
import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.file.Json;

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

    /** Copies the lists. */
    public DataSummary {
        dims = List.copyOf(dims);
        classes = List.copyOf(classes);
    }

    /**
     * Reads what a checkpoint says of its data.
     *
     * @throws scorefield.ncsn.file.BadFileException if no data set has such a summary
     */
    static DataSummary of(Json json) {
        Json dims = json.member("dims");
        List<Integer> axes = dims.list().stream()
                .map(axis -> (int) axis.whole(1, Integer.MAX_VALUE))
                .toList();
        DType dtype = json.member("dtype").constant(DType.class);
        long size = 1;
        for (int axis : axes) {
            size = Math.min(size * axis, Integer.MAX_VALUE + 1L);
        }
        if (axes.size() != (dtype == DType.BYTE ? 3 : 1) || size > Integer.MAX_VALUE || dtype == DType.INT) {
            throw dims.isNot("H, W, C of images in BYTE, or D of points in FLOAT, of less than 2^31 numbers");
        }
        return new DataSummary(
                json.member("name").text(),
                json.member("sha256").text(),
                (int) json.member("count").whole(1, Integer.MAX_VALUE),
                axes,
                dtype,
                // A checkpoint from before there were classes has none.
                json.find("classes").map(Json::list).orElse(List.of()).stream()
                        .map(Json::text)
                        .toList());
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
