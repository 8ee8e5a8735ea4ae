package scorefield.ncsn.network;

import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The class embedding, which is added to the embedding of the noise level: N class labels to N×E.
 *
 * <p>The table has one more row than there are classes: the last is the null class (Ho &amp; Salimans 2022, arXiv 2207.12598), so that one
 * network models both the class-conditional and the unconditional score.
 *
 * <p>All rows are initialised to zero. So a class-conditional network starts like an unconditional one, and distinguishes noise levels from
 * the first step on.
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

    /** The number of classes, without the null class. */
    int classes() {
        return classes;
    }

    /** @param labels INT[N], each from 0 to {@link #classes}, which is the null class */
    Tensor apply(Weights weights, Tensor labels) {
        return weights.get(table).gather(labels).named(name);
    }
}
