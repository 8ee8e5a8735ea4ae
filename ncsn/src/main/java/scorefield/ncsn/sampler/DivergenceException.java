package scorefield.ncsn.sampler;

/** A Langevin chain has left the finite numbers. */
public final class DivergenceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Says where.
     *
     * @param level index from 0
     */
    DivergenceException(int level, double sigma, double alpha) {
        super(
                "sampling diverged at noise level " + (level + 1) + " (σ = " + sigma + ", step α = " + alpha
                        + "): some numbers are no longer finite; try a smaller step size, or check that the network was trained at this level");
    }
}
