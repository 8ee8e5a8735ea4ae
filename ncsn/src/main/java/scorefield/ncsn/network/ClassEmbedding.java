package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * A class as a vector that is added to the noise level's: N class numbers to N×E.
 *
 * <p>The table has one row more than there are classes: the last is for samples whose class is not told (Ho &amp; Salimans 2022, arXiv
 * 2207.12598), so that one network gives the score of a class and that of all data.
 *
 * <p>All rows start as zero. A network of classes starts as one without, and its noise levels can be told apart from the first step on.
 */
final class ClassEmbedding {

    private final String name;
    private final int classes;
    private final Parameter table;

    ClassEmbedding(Parameters parameters, String name, int classes, int size) {
        this.name = name;
        this.classes = classes;
        this.table = parameters.add(name + ".weight", Shape.of(classes + 1, size), Layout.EMBEDDING, Initial.ZERO);
    }

    /** How many classes there are, the untold one not counted. */
    int classes() {
        return classes;
    }

    /** @param labels INT[N], each from 0 to {@link #classes}, which is the untold one */
    Tensor apply(Weights weights, Tensor labels) {
        return weights.get(table).gather(labels).named(name);
    }
}
