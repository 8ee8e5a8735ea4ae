package scorefield.ncsn.samples;

import java.util.List;

/**
 * The order in which samples stand in a file. Samples of classes are drawn in turn, one of each class; in a file, those of a class stand
 * together.
 *
 * @param count how many samples
 * @param classes the classes' numbers, in the order in which they were drawn; empty for samples without classes
 * @param names the classes' names
 */
public record SampleOrder(int count, List<Integer> classes, List<String> names) {

    /** Checks that there are as many samples of each class. */
    public SampleOrder {
        if (classes.size() != names.size() || (!classes.isEmpty() && count % classes.size() != 0)) {
            throw new IllegalArgumentException(
                    "there must be as many samples of each class; got " + count + " samples of the classes " + names);
        }
        classes = List.copyOf(classes);
        names = List.copyOf(names);
    }

    /** Samples without classes, as they were drawn. */
    public static SampleOrder asDrawn(int count) {
        return new SampleOrder(count, List.of(), List.of());
    }

    /** Whether the samples' classes are known. */
    boolean hasClasses() {
        return !classes.isEmpty();
    }

    /** How many samples a class has; all, where there are no classes. */
    int ofEach() {
        return hasClasses() ? count / classes.size() : count;
    }

    /** The number, in the order of drawing, of the sample at a place in the file. */
    int drawn(int place) {
        return hasClasses() ? place % ofEach() * classes.size() + place / ofEach() : place;
    }

    /** The class of the sample at a place in the file. */
    int label(int place) {
        return classes.get(place / ofEach());
    }

    /** The name of that class. */
    String name(int place) {
        return names.get(place / ofEach());
    }
}
