package scorefield.ncsn.classifier;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.data.BadDataException;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.network.ClassifierNetwork;
import scorefield.ncsn.network.Weights;
import scorefield.ncsn.random.SplitMix;
import scorefield.ncsn.training.Adam;

/**
 * Trains a classifier on labelled images: the cross entropy of the softmax of its logits, by Adam, each image shifted by a few pixels at
 * random, so that a small data set is not memorised. A tenth of the images, at most {@value #MOST_HELD_OUT}, is not trained on and
 * says how good it is.
 */
final class ClassifierTraining {

    private static final int MOST_HELD_OUT = 5000;
    private static final int HELD_OUT_PART = 10;
    /** An image of so many pixels a side is shifted by one more. */
    private static final int SIDE_PER_SHIFT = 14;

    private static final Adam.Constants ADAM = new Adam.Constants(0.9, 0.999, 1e-8, 0);

    // Streams of random numbers, besides those of the steps, which are counted from 0.
    private static final long SPLIT = -1;

    private final Recipe recipe;
    private final ClassifierNetwork network;
    private final Images learned;
    private final Images heldOut;

    ClassifierTraining(Recipe recipe, Images images) {
        if (!images.hasLabels() || images.classes().size() < 2 || images.count() < 2) {
            throw new BadDataException(images + ": a classifier needs labels, two classes and two images at least");
        }
        this.recipe = recipe;
        this.network = network(recipe, images);
        int[] order = new SplitMix(recipe.seed(), SPLIT).permutation(images.count());
        int held = Math.max(1, Math.min(MOST_HELD_OUT, images.count() / HELD_OUT_PART));
        this.heldOut = images.select(IntStream.of(order).limit(held).toArray());
        this.learned = images.select(IntStream.of(order).skip(held).toArray());
    }

    /** The network for some images. */
    static ClassifierNetwork network(Recipe recipe, Images images) {
        return new ClassifierNetwork(images.sample(), images.classes().size(), recipe.channels(), recipe.features());
    }

    /**
     * Trains it.
     *
     * @param progress receives the number of steps that are done
     */
    Classifier train(Device device, IntConsumer progress) {
        Graph graph = new Graph(network, recipe.batch());
        Shape flat = graph.parameters.shape();
        device.write(graph.parameters, Values.of(flat, network.parameters().initial(recipe.seed())));
        device.write(graph.mean, Values.fill(flat, 0));
        device.write(graph.meanSquare, Values.fill(flat, 0));
        try (Executable step = device.compile(graph.program())) {
            for (int t = 0; t < recipe.steps(); t++) {
                step.run(graph.feeds(t));
                progress.accept(t + 1);
            }
        }
        float[] weights = device.read(graph.parameters).floats();
        for (float weight : weights) {
            if (!Float.isFinite(weight)) {
                throw new IllegalStateException("the training of the classifier diverged: a weight is " + weight
                        + " after " + recipe.steps() + " steps at the rate " + recipe.learningRate());
            }
        }
        Classifier trained = new Classifier(network, weights, Double.NaN, heldOut.count());
        double accuracy = trained.accuracy(trained.see(device, heldOut), heldOut);
        return new Classifier(network, weights, accuracy, heldOut.count());
    }

    /** One step as a graph. */
    private final class Graph {

        final Tensor parameters;
        final Tensor mean;
        final Tensor meanSquare;
        private final Tensor images;
        private final Tensor oneHot;
        private final Adam.Schedule schedule = Adam.Schedule.inputs();

        Graph(ClassifierNetwork network, int batch) {
            Shape flat = Shape.of(network.parameters().size());
            parameters = Tensor.variable("classifier", flat);
            mean = Tensor.variable("classifier's adam.m", flat);
            meanSquare = Tensor.variable("classifier's adam.v", flat);
            images = Tensor.input("images", network.sample().times(batch), DType.BYTE);
            oneHot = Tensor.input("labels, one-hot", Shape.of(batch, network.classes()));
        }

        Program program() {
            Weights weights = network.parameters().weights(parameters);
            Tensor logits = network.apply(weights, Classifier.numbers(images)).logits();
            Tensor gradient = network.parameters()
                    .flatten(Gradients.of(crossEntropy(logits, oneHot).named("cross entropy"), weights.tensors()));
            Adam adam = Adam.step(new Adam(parameters, mean, meanSquare), gradient, ADAM, schedule);
            Map<Tensor, Tensor> updates = new LinkedHashMap<>();
            updates.put(parameters, adam.parameters());
            updates.put(mean, adam.mean());
            updates.put(meanSquare, adam.meanSquare());
            return new Program(List.of(), updates);
        }

        Map<Tensor, Values> feeds(int t) {
            SplitMix random = new SplitMix(recipe.seed(), t);
            int batch = recipe.batch();
            byte[] pixels = new byte[images.shape().size()];
            float[] targets = new float[oneHot.shape().size()];
            for (int i = 0; i < batch; i++) {
                int n = random.below(learned.count());
                shifted(learned.image(n), random, pixels, i * learned.dimension());
                targets[i * network.classes() + learned.label(n)] = 1;
            }
            double cosine = 0.5 * (1 + Math.cos(Math.PI * t / recipe.steps()));
            Map<Tensor, Values> feeds = new HashMap<>(schedule.feeds(ADAM, recipe.learningRate() * cosine, t + 1));
            feeds.put(images, Values.of(images.shape(), pixels));
            feeds.put(oneHot, Values.of(oneHot.shape(), targets));
            return feeds;
        }
    }

    /** The mean of −log softmax(logits)[label] over a batch: N×classes, and one-hot labels of the same shape. */
    static Tensor crossEntropy(Tensor logits, Tensor oneHot) {
        return logits.logSumExp(1).minus(logits.times(oneHot).sum(1)).mean();
    }

    /** Moves an image by up to so many pixels a side and writes it; what comes in is a copy of the edge. */
    private void shifted(byte[] image, SplitMix random, byte[] target, int at) {
        int height = learned.height();
        int width = learned.width();
        int channels = learned.channels();
        int down = shift(height, random);
        int right = shift(width, random);
        for (int y = 0; y < height; y++) {
            int fromY = Math.max(0, Math.min(height - 1, y - down));
            for (int x = 0; x < width; x++) {
                int fromX = Math.max(0, Math.min(width - 1, x - right));
                System.arraycopy(
                        image, (fromY * width + fromX) * channels, target, at + (y * width + x) * channels, channels);
            }
        }
    }

    private static int shift(int side, SplitMix random) {
        int most = side / SIDE_PER_SHIFT;
        return random.below(2 * most + 1) - most;
    }
}
