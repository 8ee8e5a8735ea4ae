package scorefield.cli.evaluate;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.cli.console.Progress;
import scorefield.cli.output.UserCache;
import scorefield.ncsn.classifier.Classifier;
import scorefield.ncsn.classifier.ClassifierStore;
import scorefield.ncsn.classifier.KeptClassifiers;
import scorefield.ncsn.classifier.Recipe;
import scorefield.ncsn.data.Images;

/** Classifiers that are kept in the user's cache folder, and whose training is shown. */
public final class ShownClassifiers {

    /** Those that the shipped recipe trains. */
    public static final KeptClassifiers OF_USER =
            new KeptClassifiers(new ClassifierStore(UserCache.folder()), Recipe.STANDARD);

    private ShownClassifiers() {}

    /** A data set's classifier: kept from before, or trained now with its progress on the console. */
    public static Classifier of(KeptClassifiers kept, Images labelled, Device device, PrintWriter console)
            throws IOException {
        try (Shown shown = new Shown(kept, console)) {
            return kept.of(labelled, device, shown);
        }
    }

    private static final class Shown implements KeptClassifiers.Listener, AutoCloseable {

        private final KeptClassifiers kept;
        private final PrintWriter console;
        private @Nullable Progress progress;

        Shown(KeptClassifiers kept, PrintWriter console) {
            this.kept = kept;
            this.console = console;
        }

        @Override
        public void begun(Images labelled) {
            console.println("training a classifier on " + labelled + ", once; it is kept in "
                    + kept.store().folder());
            console.flush();
            progress = Progress.of("classifier", "steps", 0, kept.recipe().steps(), console);
        }

        @Override
        public void stepped(int done) {
            Objects.requireNonNull(progress)
                    .update(done, "batch " + kept.recipe().batch());
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }
}
