package scorefield.cli.evaluate;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.stream.Stream;
import scorefield.autodiff.Device;
import scorefield.cli.console.Progress;
import scorefield.cli.output.UserCache;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.classifier.ClassifierStore;
import scorefield.ncsn.classifier.Recipe;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.Images;

/**
 * The classifiers whose features images are judged by: one for each labelled data set.
 *
 * @param store where they are kept
 * @param recipe by which they are trained
 */
public record KeptClassifiers(ClassifierStore store, Recipe recipe) {

    /** In the user's cache folder, trained as the shipped recipe says. */
    public static final KeptClassifiers OF_USER =
            new KeptClassifiers(new ClassifierStore(UserCache.folder()), Recipe.STANDARD);

    /** The first of some data sets that has classes to be told apart. */
    public static Optional<Images> labelled(DataSet... candidates) {
        return Stream.of(candidates)
                .filter(data -> data instanceof Images && data.classes().size() > 1)
                .map(Images.class::cast)
                .findFirst();
    }

    /** The data set's classifier: kept from before, or trained now, which is shown. */
    public Classifier of(Images labelled, Device device, PrintWriter console) throws IOException {
        Optional<Classifier> kept = store.find(recipe, labelled);
        if (kept.isPresent()) {
            return kept.get();
        }
        console.println("training a classifier on " + labelled + ", once; it is kept in " + store.folder());
        console.flush();
        try (Progress progress = Progress.of("classifier", "steps", 0, recipe.steps(), console)) {
            return store.train(recipe, labelled, device, done -> progress.update(done, "batch " + recipe.batch()));
        }
    }
}
