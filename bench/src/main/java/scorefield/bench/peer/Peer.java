package scorefield.bench.peer;

/**
 * Whole steps with one library. Every peer starts from the {@linkplain Workload#numbers() same numbers} and keeps them
 * in the memory and layout that suit it. Copying them there is not timed.
 */
public interface Peer extends Library {

    /** The learning rate of training steps, for all peers. */
    double LEARNING_RATE = 1e-4;

    double BETA1 = 0.9;
    double BETA2 = 0.999;
    double EPSILON = 1e-8;

    /** The global norm to which the gradient is clipped. */
    double CLIP = 1;

    /** The decay of the moving average. */
    double AVERAGE = 0.999;

    /** The noise level at which sampling steps take the score. */
    double SAMPLING_SIGMA = 0.5;

    /** Their step size α. */
    double SAMPLING_ALPHA = 1e-5;

    /** ½·E‖σ·s(x+σz, σ)+z‖² (mean over the batch, sum over an image) and its gradient, before any training step. */
    Evaluation evaluate();

    /** s(x, {@link #SAMPLING_SIGMA}) with the weights as they started, N×H×W×C. */
    float[] score();

    /** Training steps on the same batch: loss, gradients, clipping, Adam, moving average. Waits for the last. */
    void train(int steps);

    /** The parameters after the training steps so far, in the network's flat order. */
    float[] parameters();

    /** Their moving average, in the same order. */
    float[] average();

    /** Langevin steps x ← x + (α/2)·s(x, σ) + √α·z on one batch, with new noise z in each, no gradients. Waits for the last. */
    void sample(int steps);

    /**
     * A loss and its gradient.
     *
     * @param loss the mean over the batch
     * @param gradient in the network's flat order
     */
    record Evaluation(double loss, float[] gradient) {}
}
