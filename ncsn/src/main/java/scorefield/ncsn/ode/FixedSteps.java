package scorefield.ncsn.ode;

import java.util.List;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.ncsn.schedule.PolynomialSpacing;

/** A given number of steps between noise levels, with a {@link PolynomialSpacing}. */
public final class FixedSteps implements Solver {

    private final RungeKutta method;
    private final ButcherTableau tableau;
    private final int steps;
    private final PolynomialSpacing spacing;
    private final Executable notFinite;

    /**
     * A solver on a device.
     *
     * @param field over positive t, such as {@link scorefield.ncsn.flow.Time#SIGMA}
     * @param state the shapes of its parts, each N×…
     * @param steps how many
     * @param spacing of the places where they begin and end
     */
    public FixedSteps(
            Device device,
            VectorField field,
            List<Shape> state,
            ButcherTableau tableau,
            int steps,
            PolynomialSpacing spacing) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1; got " + steps);
        }
        this.method = new RungeKutta(device, field, tableau, state);
        this.tableau = tableau;
        this.steps = steps;
        this.spacing = spacing;
        this.notFinite = device.compile(Program.fetching(method.state().stream()
                .map(Tensor::anyNotFinite)
                .reduce(Tensor::maximum)
                .orElseThrow()));
    }

    @Override
    public void restart() {
        method.restart();
    }

    @Override
    public List<Tensor> state() {
        return method.state();
    }

    @Override
    public Integration integrate(double from, double to, Observer observer) {
        if (!(from > 0 && to > 0)) {
            throw new IllegalArgumentException(
                    "both ends of the interval must be positive; got " + from + " and " + to);
        }
        int before = method.evaluations();
        restart();
        double[] places = spacing.between(from, to, steps);
        for (int i = 0; i < steps; i++) {
            method.attempt(places[i], places[i + 1] - places[i]);
            method.accept();
            // One number comes back from the device at each step: it keeps the host, and so the observer, from
            // running ahead of it.
            if (notFinite.run(Map.of()).get(0).item() != 0) {
                throw new IntegrationException(
                        "step " + (i + 1) + " of " + steps + " by " + tableau.name()
                                + "'s method, from " + places[i] + " to " + places[i + 1]
                                + ", gave numbers that are not finite; take more steps, or check that the score is accurate there");
            }
            observer.stepDone(places[i + 1]);
        }
        return new Integration(method.evaluations() - before, steps, 0);
    }

    @Override
    public int evaluations() {
        return method.evaluations();
    }

    @Override
    public void euler(double t, double h) {
        method.euler(t, h);
    }

    @Override
    public void close() {
        notFinite.close();
        method.close();
    }
}
