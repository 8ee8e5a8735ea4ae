package scorefield.ncsn.classifier;

import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import scorefield.autodiff.Device;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;

/**
 * The classifiers whose features and classes images are judged by: one for each labelled data set, trained once and kept.
 *
 * @param store where they are kept
 * @param recipe how they are trained
 */
public record KeptClassifiers(ClassifierStore store, Recipe recipe) {

    /** Follows the training of a classifier; nothing is called where it was kept from before. */
    public interface Listener {

        /** Training begins. */
        default void begun(Images labelled) {}

        /** So many of the recipe's steps are taken. */
        default void stepped(int done) {}
    }

    /** The first of some data sets that has at least two classes. */
    public static Optional<Images> labelled(DataSet... candidates) {
        return Stream.of(candidates)
                .filter(data -> data instanceof Images && data.classes().size() > 1)
                .map(Images.class::cast)
                .findFirst();
    }

    /** The data set's classifier: kept from before, or trained now. */
    public Classifier of(Images labelled, Device device, Listener listener) throws IOException {
        Optional<Classifier> kept = store.find(recipe, labelled);
        if (kept.isPresent()) {
            return kept.get();
        }
        listener.begun(labelled);
        return store.train(recipe, labelled, device, listener::stepped);
    }
}
