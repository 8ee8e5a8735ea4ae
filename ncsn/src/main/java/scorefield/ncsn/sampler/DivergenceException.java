package scorefield.ncsn.sampler;

/** A sample has left the finite numbers. */
public final class DivergenceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Says where, and what to do.
     *
     * @param stage of the batch, counted from 0
     * @param sigma σ, at which the score was taken
     * @param step the step's own numbers, such as {@code step α = 0.1}
     * @param remedy what may help
     */
    public DivergenceException(int stage, double sigma, String step, String remedy) {
        super("sampling diverged at noise level " + (stage + 1) + " (σ = " + sigma + ", " + step
                + "): some numbers are no longer finite; " + remedy
                + ", or check that the network was trained at this level");
    }
}
