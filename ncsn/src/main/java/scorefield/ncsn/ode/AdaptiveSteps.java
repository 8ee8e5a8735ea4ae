package scorefield.ncsn.ode;

import java.util.List;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * Steps as long as their estimated error allows, by {@link ButcherTableau#DORMAND_PRINCE} and a proportional-integral control of the step
 * size (K. Gustafsson 1991; Hairer &amp; Wanner, <i>Solving Ordinary Differential Equations II</i>, IV.2): with err the error of the step in
 * units of what is tolerated,
 *
 * <pre>h ← h·0.9·err^(−α)·(previous err)^β,      β = 0.04, α = 1/p − 0.75·β</pre>
 *
 * <p>within a fifth and ten times. A step with err &gt; 1 is tried again. The memory of the previous error damps the control where step
 * sizes would swing between too large and too small. One number comes back from the device for each step that is tried.
 */
public final class AdaptiveSteps implements Solver {

    private static final double SAFETY = 0.9;
    private static final double BETA = 0.04;
    private static final double MOST_SHRINKING = 0.2;
    private static final double MOST_GROWTH = 10;

    /** A smaller error says that the step was much too small, not how much. */
    private static final double LEAST_ERROR = 1e-4;

    /**
     * In units of the whole way and of the tolerance to the power of 1/p, the first step. It is a guess: if it is too long, it is taken
     * back, and if it is too short, the next one is up to ten times as long.
     */
    private static final double FIRST = 0.2;

    /** In units of the whole way: steps that short do not end. */
    private static final double SHORTEST = 1e-6;

    private final RungeKutta method;
    private final ErrorNorm norm;
    private Tolerance tolerance;
    /** α. */
    private final double alpha;

    /**
     * A solver on a device.
     *
     * @param state the shapes of its parts, each N×…
     */
    public AdaptiveSteps(Device device, VectorField field, List<Shape> state, Tolerance tolerance) {
        ButcherTableau tableau = ButcherTableau.DORMAND_PRINCE;
        this.method = new RungeKutta(device, field, tableau, state);
        this.norm = new ErrorNorm(device, method);
        this.tolerance = tolerance;
        this.alpha = 1.0 / tableau.order() - 0.75 * BETA;
    }

    /** From now on another error of a step is tolerated. */
    public void tolerate(Tolerance other) {
        tolerance = other;
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
        double whole = Math.abs(to - from);
        if (!(whole > 0) || Double.isInfinite(whole)) {
            throw new IllegalArgumentException(
                    "the interval must have a positive, finite length; got " + from + " to " + to);
        }
        int before = method.evaluations();
        restart();
        int direction = to > from ? 1 : -1;
        double t = from;
        double h = FIRST * whole * Math.pow(tolerance.relative(), 1.0 / ButcherTableau.DORMAND_PRINCE.order());
        double previous = LEAST_ERROR;
        boolean again = false;
        int steps = 0;
        int rejected = 0;
        while (t != to) {
            double left = Math.abs(to - t);
            // A last step that would be tiny is made part of the one before.
            boolean last = 1.01 * h >= left;
            double size = last ? left : h;
            method.attempt(t, direction * size);
            double error = norm.of(size, tolerance);
            if (error <= 1) {
                method.accept();
                t = last ? to : t + direction * size;
                steps++;
                double growth = factor(error, previous);
                h = size * (again ? Math.min(1, growth) : growth);
                previous = Math.max(error, LEAST_ERROR);
                again = false;
                observer.stepDone(t);
            } else {
                h = size * Math.min(1, factor(error, 1));
                rejected++;
                again = true;
                requireProgress(h, t, error, whole);
            }
        }
        return new Integration(method.evaluations() - before, steps, rejected);
    }

    private double factor(double error, double previous) {
        double factor = SAFETY * Math.pow(Math.max(error, 1e-10), -alpha) * Math.pow(previous, BETA);
        return Math.max(MOST_SHRINKING, Math.min(MOST_GROWTH, factor));
    }

    private void requireProgress(double h, double t, double error, double whole) {
        if (h < SHORTEST * whole) {
            throw new IntegrationException("at t = " + t + " a step of " + h + " still has an error " + error
                    + " times as large as " + tolerance + " allows, and would take "
                    + Math.round(whole / h)
                    + " such steps to the end; increase the tolerance, or check that the score is finite there");
        }
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
        norm.close();
        method.close();
    }
}
