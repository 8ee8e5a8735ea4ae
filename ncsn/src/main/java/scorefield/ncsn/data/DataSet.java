package scorefield.ncsn.data;

import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.Quantisation;

/** What a network is trained on: N samples of one shape. */
public sealed interface DataSet permits Images, Points {

    /** Its name. */
    String name();

    /** N, at least 1. */
    int count();

    /** The shape of one sample: H×W×C for images, D for points. */
    Shape sample();

    /** BYTE for images (see {@link Quantisation}); FLOAT for points. */
    DType dtype();

    /** All samples, N×{@link #sample()}. */
    Values values();

    /** The samples with these numbers, in this order. */
    DataSet select(int... numbers);

    /** The SHA-256 of the samples' bytes in hexadecimal: tells whether a run goes on with the data it began with. */
    String sha256();

    /** The names of the classes that samples belong to; empty where none are known. */
    default List<String> classes() {
        return List.of();
    }

    /**
     * Each sample's class, N indices into {@link #classes()}.
     *
     * @throws IllegalStateException if none are known
     */
    default int[] labels() {
        throw new IllegalStateException(name() + " has no labels");
    }

    /** What one should know before using the samples, a line each: files that were left out, numbers that use little of their range. */
    default List<String> notes() {
        return List.of();
    }

    /** D, how many numbers a sample has. */
    default int dimension() {
        return sample().size();
    }
}
