package scorefield.ncsn.ode;

import java.util.List;
import scorefield.autodiff.Tensor;

/** Follows a differential equation on a device; the state lies in the device's variables. Compiled once, used often. */
public interface Solver extends AutoCloseable {

    /** Watches every step that was taken. */
    @FunctionalInterface
    interface Observer {

        /**
         * A step was taken; the state's variables are where it led.
         *
         * @param t where
         */
        void stepDone(double t);
    }

    /** The state's parts, variables of the device: written before an integration, read after it. */
    List<Tensor> state();

    /**
     * Takes the state from one t to another, forwards or backwards.
     *
     * @throws IntegrationException if the state leaves the finite numbers, or the steps become too small
     */
    Integration integrate(double from, double to, Observer observer);

    /** Takes the state from one t to another, unobserved. */
    default Integration integrate(double from, double to) {
        return integrate(from, to, t -> {});
    }

    /** Must be called after something other than the solver wrote the state: the solver forgets the slope that it may know. */
    void restart();

    /** How often the right-hand side was evaluated, since this was made. */
    int evaluations();

    /** One step of Euler's method of any size, state ← state + h·f(state, t): one evaluation, or none where the slope is known. */
    void euler(double t, double h);

    @Override
    void close();
}
