package scorefield.ncsn.ode;

/**
 * What following a differential equation from one end to the other took.
 *
 * @param evaluations of the right-hand side, of the network that is
 * @param steps that were taken
 * @param rejected steps that were tried and found too large
 */
public record Integration(int evaluations, int steps, int rejected) {

    /** Both together. */
    public Integration plus(Integration other) {
        return new Integration(evaluations + other.evaluations, steps + other.steps, rejected + other.rejected);
    }
}
