package scorefield.ncsn.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.TestDevices;
import scorefield.ncsn.schedule.PolynomialSpacing;

/** Solvers on equations with closed forms. */
class SolverTest {

    private static final Shape ONE = Shape.of(1, 1);

    /** dy/dt = cos(t)·y, so y = y₀·e^(sin t − sin t₀): not linear in t, and its slope depends on both. */
    private static final VectorField WAVE = (state, t) -> List.of(state.get(0).times(t.cos()));

    private static final double FROM = 0.5;
    private static final double TO = 5;

    static List<Named<Supplier<Device>>> devices() {
        return TestDevices.all();
    }

    private static double wave(double from, double to) {
        return Math.exp(Math.sin(to) - Math.sin(from));
    }

    /** The error at t = 2 of dy/dt = −t·y from y(½) = 1. */
    private static double error(ButcherTableau tableau, int steps) {
        VectorField bell = (state, t) -> List.of(state.get(0).times(t).negate());
        try (Device device = new ReferenceDevice();
                FixedSteps solver =
                        new FixedSteps(device, bell, List.of(ONE), tableau, steps, PolynomialSpacing.STANDARD)) {
            device.write(solver.state().get(0), Values.fill(ONE, 1));
            Integration integration = solver.integrate(0.5, 2);
            int own = tableau.endsWhereTheNextBegins() ? 1 : 0;
            assertThat(integration).isEqualTo(new Integration(own + steps * tableau.evaluations(), steps, 0));
            return Math.abs(device.read(solver.state().get(0)).item() - Math.exp(-(2 * 2 - 0.5 * 0.5) / 2));
        }
    }

    /**
     * Twice as many steps, 2^p times less error. The numbers of steps leave errors from 10⁻³ to 2·10⁻⁶, well above the rounding of variables
     * to single precision; the error's next term changes the order that is seen by less than a tenth.
     */
    @ParameterizedTest
    @CsvSource({"EULER, 200", "HEUN, 20", "DORMAND_PRINCE, 4"})
    void errorsFallWithTheOrder(String name, int steps) {
        ButcherTableau tableau = switch (name) {
            case "EULER" -> ButcherTableau.EULER;
            case "HEUN" -> ButcherTableau.HEUN;
            default -> ButcherTableau.DORMAND_PRINCE;
        };
        double order = Math.log(error(tableau, steps) / error(tableau, 2 * steps)) / Math.log(2);
        assertThat(order).isCloseTo(tableau.order(), within(0.1));
    }

    /** The error of the whole way is a few times what each step may have: here steps add up, for e^(sin t) forgets nothing. */
    @ParameterizedTest
    @MethodSource("devices")
    void adaptiveStepsKeepWhatIsTolerated(Supplier<Device> opened) {
        int evaluations = 0;
        for (double tolerance : new double[] {1e-2, 1e-4, 1e-5}) {
            try (Device device = opened.get();
                    AdaptiveSteps solver =
                            new AdaptiveSteps(device, WAVE, List.of(ONE), new Tolerance(tolerance, tolerance))) {
                Tensor y = solver.state().get(0);
                device.write(y, Values.fill(ONE, 1));
                List<Double> places = new ArrayList<>();
                Integration there = solver.integrate(FROM, TO, places::add);
                assertThat(device.read(y).item()).isCloseTo(wave(FROM, TO), within(tolerance));
                assertThat(places).isSorted().hasSize(there.steps()).endsWith(TO);
                // The first slope, and six for each step that was tried.
                assertThat(there.evaluations()).isEqualTo(1 + 6 * (there.steps() + there.rejected()));
                assertThat(there.evaluations()).isGreaterThan(evaluations);
                evaluations = there.evaluations();
                // Backwards is the same way: a solver does not care which end is larger.
                solver.integrate(TO, FROM);
                assertThat(device.read(y).item()).isCloseTo(1, within(3 * tolerance));
            }
        }
    }

    /** A slope that is almost nothing and then jumps: the long steps of the beginning have to be taken back. */
    @Test
    void stepsThatWereTooLongAreTakenBack() {
        VectorField late = (state, t) -> List.of(t.minus(4).times(40).sigmoid().broadcastTo(ONE));
        try (Device device = new ReferenceDevice();
                AdaptiveSteps solver = new AdaptiveSteps(device, late, List.of(ONE), new Tolerance(1e-5, 1e-5))) {
            Integration integration = solver.integrate(0.5, 5);
            assertThat(integration.rejected()).isPositive();
            // ∫ sigmoid(40(t−4)) dt = softplus(40(t−4))/40: 1 at t = 5, 0 at 0.5, to within e⁻⁴⁰.
            assertThat(device.read(solver.state().get(0)).item()).isCloseTo(1, within(1e-4));
        }
    }

    /** The worst sample decides: one that needs short steps gets them among a thousand that do not. */
    @Test
    void noSampleOfABatchIsNeglected() {
        int n = 1000;
        Tensor rate = Tensor.constant(Values.of(Shape.of(n, 1), rates(n)));
        VectorField field = (state, t) -> List.of(state.get(0).times(rate));
        try (Device device = new ReferenceDevice();
                AdaptiveSteps solver =
                        new AdaptiveSteps(device, field, List.of(Shape.of(n, 1)), new Tolerance(1e-4, 1e-4))) {
            Tensor y = solver.state().get(0);
            device.write(y, Values.fill(y.shape(), 1));
            solver.integrate(0, 1);
            double[] ends = device.read(y).doubles();
            assertThat(ends[0]).isCloseTo(1, within(1e-12));
            assertThat(ends[n - 1]).isCloseTo(Math.exp(-20), within(1e-4));
        }
    }

    /** 0 for all but the last one. */
    private static double[] rates(int n) {
        double[] rates = new double[n];
        rates[n - 1] = -20;
        return rates;
    }

    /** y' = y² from 1 is 1/(1−t): it has no value at t = 1. */
    @ParameterizedTest
    @MethodSource("devices")
    void whatCannotBeFollowedIsReported(Supplier<Device> opened) {
        VectorField explosion = (state, t) -> List.of(state.get(0).square());
        try (Device device = opened.get();
                AdaptiveSteps adaptive = new AdaptiveSteps(device, explosion, List.of(ONE), new Tolerance(1e-3, 1e-3));
                FixedSteps fixed = new FixedSteps(
                        device, explosion, List.of(ONE), ButcherTableau.HEUN, 50, PolynomialSpacing.STANDARD)) {
            device.write(adaptive.state().get(0), Values.fill(ONE, 1));
            assertThatThrownBy(() -> adaptive.integrate(0, 2))
                    .isInstanceOf(IntegrationException.class)
                    .hasMessageContaining("increase the tolerance");
            device.write(fixed.state().get(0), Values.fill(ONE, 1));
            assertThatThrownBy(() -> fixed.integrate(0.1, 200))
                    .isInstanceOf(IntegrationException.class)
                    .hasMessageContaining("of 50 by Heun's method")
                    .hasMessageContaining("take more steps");
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Tolerance(1e-9, 1)).hasMessageContaining("single precision");
        assertThatThrownBy(() -> new Tolerance(0.1, 0)).hasMessageContaining("got 0");
        try (Device device = new ReferenceDevice()) {
            assertThatThrownBy(() -> new FixedSteps(
                            device, WAVE, List.of(ONE), ButcherTableau.EULER, 0, PolynomialSpacing.STANDARD))
                    .hasMessageContaining("got 0");
            try (AdaptiveSteps solver = new AdaptiveSteps(device, WAVE, List.of(ONE), new Tolerance(0.1, 0.1))) {
                assertThatThrownBy(() -> solver.integrate(1, 1)).hasMessageContaining("got 1.0 to 1.0");
            }
        }
    }
}
