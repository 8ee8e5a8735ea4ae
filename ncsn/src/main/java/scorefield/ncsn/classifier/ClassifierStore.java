package scorefield.ncsn.classifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;
import scorefield.autodiff.Device;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Sha256;
import scorefield.ncsn.network.ClassifierNetwork;

/**
 * Classifiers that were trained before, each in a file named by the hash of all that decides it: the images and their labels, the network
 * and the recipe. Kept, because numbers measured with one classifier cannot be compared with another's, and another device's rounding
 * would make another one.
 *
 * @param folder where the files lie; made when it is needed
 */
public record ClassifierStore(Path folder) {

    /** The file of the classifier that this recipe makes of these images. */
    public Path file(Recipe recipe, Images images) {
        ClassifierNetwork network = ClassifierTraining.network(recipe, images);
        String all = network.description() + "; " + recipe + "; " + images.sha256() + "; " + images.classes() + "; "
                + Arrays.toString(images.labels());
        String hash = Sha256.of(all.getBytes(StandardCharsets.UTF_8));
        return folder.resolve("classifier-" + hash.substring(0, 16) + ".safetensors");
    }

    /** The classifier, where it was trained before. */
    public Optional<Classifier> find(Recipe recipe, Images images) throws IOException {
        Path file = file(recipe, images);
        return Files.exists(file)
                ? Optional.of(Classifier.read(file, ClassifierTraining.network(recipe, images)))
                : Optional.empty();
    }

    /**
     * Trains the classifier, and keeps it.
     *
     * @param images with labels of two classes or more
     * @param progress receives the number of the recipe's steps that are done
     */
    public Classifier train(Recipe recipe, Images images, Device device, IntConsumer progress) throws IOException {
        Classifier trained = new ClassifierTraining(recipe, images).train(device, progress);
        Files.createDirectories(folder);
        trained.write(file(recipe, images));
        return trained;
    }
}
