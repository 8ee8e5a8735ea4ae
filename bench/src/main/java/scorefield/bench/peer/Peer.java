package scorefield.bench.peer;

/**
 * One library's way to do whole steps. Every peer starts from the {@linkplain Workload#numbers() same numbers}, keeps them in whatever memory
 * and layout suits it, and is not timed while it brings them there.
 */
public interface Peer extends Library {

    /** What {@code training} steps learn with, for all peers. */
    double LEARNING_RATE = 1e-4;

    double BETA1 = 0.9;
    double BETA2 = 0.999;
    double EPSILON = 1e-8;

    /** The greatest global norm of the gradient. */
    double CLIP = 1;

    /** The decay of the moving average. */
    double AVERAGE = 0.999;

    /** At which noise level {@code sampling} steps take the score. */
    double SAMPLING_SIGMA = 0.5;

    /** Their step size α. */
    double SAMPLING_ALPHA = 1e-5;

    /** ½·E‖σ·s(x+σz, σ)+z‖² (mean over the batch, sum over an image) and its gradient, before any training step. */
    Evaluation evaluate();

    /** s(x, {@link #SAMPLING_SIGMA}) with the weights as they started, N×H×W×C. */
    float[] score();

    /** Training steps on the one batch, one after the other: loss, gradients, clipping, Adam, moving average. Waits for the last. */
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
