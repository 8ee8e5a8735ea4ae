package scorefield.ncsn.ode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * Steps of any explicit Runge–Kutta method on a device: the state and the slopes are variables there, and what a step needs from the host
 * is a few numbers.
 *
 * <p>The right-hand side is a network, so it is compiled once, between two variables: {@code argument} → {@code slope}. Each stage then is
 * a small pointwise program that puts the slope aside and makes the next argument, the coefficients h·aᵢⱼ being fed.
 *
 * <p>A step is tried ({@link #attempt}) and then accepted, or tried again from the same place with another size.
 */
final class RungeKutta implements AutoCloseable {

    private final ButcherTableau tableau;
    private final Tensor t = Tensor.input("t", Shape.SCALAR);
    /** One for each slope. */
    private final List<Tensor> coefficients = new ArrayList<>();

    private final List<Tensor> state;
    private final List<Tensor> argument;
    private final List<Tensor> slope;
    /** {@code slopes.get(i)}: kᵢ. */
    private final List<List<Tensor>> slopes = new ArrayList<>();

    private final List<Executable> compiled = new ArrayList<>();
    /** slope ← f(argument, t). */
    private final Executable evaluate;
    /** argument ← state. */
    private final Executable begin;
    /** k₀ ← slope. */
    private final Executable first;
    /** {@code moves.get(i−1)}: kᵢ₋₁ ← slope and argument ← state + Σ_{j<i} coefficientⱼ·kⱼ. */
    private final List<Executable> moves = new ArrayList<>();
    /** state ← argument. */
    private final Executable accept;

    /** Where the argument is the state and k₀ its slope, so that a step can be tried without another evaluation. */
    private boolean begun;

    private int evaluations;

    /**
     * A method on a device.
     *
     * @param shapes of the state's parts, each N×…
     */
    RungeKutta(Device device, VectorField field, ButcherTableau tableau, List<Shape> shapes) {
        this.tableau = tableau;
        this.state = variables("state", shapes);
        this.argument = variables("argument", shapes);
        this.slope = variables("slope", shapes);
        for (int i = 0; i < tableau.count(); i++) {
            slopes.add(variables("k" + i, shapes));
            coefficients.add(Tensor.input("h·a" + i, Shape.SCALAR));
        }
        evaluate = update(device, slope, field.slope(argument, t));
        begin = update(device, argument, state);
        first = update(device, slopes.get(0), slope);
        for (int i = 1; i <= lastArgument(); i++) {
            moves.add(update(device, move(i)));
        }
        accept = update(device, state, argument);
    }

    private static List<Tensor> variables(String name, List<Shape> shapes) {
        return shapes.stream().map(shape -> Tensor.variable(name, shape)).toList();
    }

    /** The stage, counted from 0, whose argument is where the step ends. */
    private int lastArgument() {
        return tableau.endsWhereTheNextBegins() ? tableau.count() - 1 : tableau.count();
    }

    private Map<Tensor, Tensor> move(int i) {
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        for (int part = 0; part < state.size(); part++) {
            Tensor next = state.get(part);
            for (int j = 0; j < i; j++) {
                // k₀ is there already; the others are where the evaluation has put them.
                Tensor k = j > 0 && j == i - 1 ? slope.get(part) : slopes.get(j).get(part);
                if (tableau.row(i)[j] != 0) {
                    next = next.plus(coefficients.get(j).times(k));
                }
            }
            if (i > 1) {
                updates.put(slopes.get(i - 1).get(part), slope.get(part));
            }
            updates.put(argument.get(part), next);
        }
        return updates;
    }

    private Executable update(Device device, List<Tensor> targets, List<Tensor> values) {
        Map<Tensor, Tensor> updates = new LinkedHashMap<>();
        for (int part = 0; part < targets.size(); part++) {
            updates.put(targets.get(part), values.get(part));
        }
        return update(device, updates);
    }

    private Executable update(Device device, Map<Tensor, Tensor> updates) {
        Executable executable = device.compile(new Program(List.of(), updates));
        compiled.add(executable);
        return executable;
    }

    List<Tensor> state() {
        return state;
    }

    /** Where a step that was tried leads, part by part. */
    List<Tensor> argument() {
        return argument;
    }

    /** Since this was made. */
    int evaluations() {
        return evaluations;
    }

    /** The state was written from outside: the slope that is known is forgotten. */
    void restart() {
        begun = false;
    }

    private void evaluate(double at) {
        evaluate.run(Map.of(t, Values.scalar(at)));
        evaluations++;
    }

    /** Makes sure that k₀ is the state's slope. */
    private void begin(double at) {
        if (!begun) {
            begin.run(Map.of());
            evaluate(at);
            first.run(Map.of());
            begun = true;
        }
    }

    /** Tries a step from the state at {@code at}; where it leads is the argument. The state stays. */
    void attempt(double at, double size) {
        begin(at);
        for (int i = 1; i <= lastArgument(); i++) {
            Map<Tensor, Values> feeds = new LinkedHashMap<>();
            for (int j = 0; j < i; j++) {
                if (tableau.row(i)[j] != 0) {
                    feeds.put(coefficients.get(j), Values.scalar(size * tableau.row(i)[j]));
                }
            }
            moves.get(i - 1).run(feeds);
            if (i < tableau.count()) {
                evaluate(at + size * tableau.nodes()[i]);
            }
        }
    }

    /** The step that was tried is taken. */
    void accept() {
        accept.run(Map.of());
        begun = tableau.endsWhereTheNextBegins();
        if (begun) {
            first.run(Map.of());
        }
    }

    /** state ← state + size·f(state, at): the way to the second stage's argument, of another length. */
    void euler(double at, double size) {
        begin(at);
        moves.get(0).run(Map.of(coefficients.get(0), Values.scalar(size)));
        accept.run(Map.of());
        begun = false;
    }

    /**
     * The error of the step that was tried, part by part, in units of its size: Σᵢ eᵢ·kᵢ.
     *
     * @throws IllegalArgumentException if the method does not estimate it
     */
    List<Tensor> errors() {
        double[] weights = tableau.error();
        if (weights == null) {
            throw new IllegalArgumentException(tableau.name() + "'s method does not estimate its error");
        }
        int latest = tableau.endsWhereTheNextBegins() ? weights.length - 1 : -1;
        List<Tensor> errors = new ArrayList<>();
        for (int part = 0; part < state.size(); part++) {
            Tensor sum = Tensor.zeros(state.get(part).shape());
            for (int j = 0; j < weights.length; j++) {
                if (weights[j] != 0) {
                    Tensor k = j == latest ? slope.get(part) : slopes.get(j).get(part);
                    sum = sum.plus(k.times(weights[j]));
                }
            }
            errors.add(sum);
        }
        return errors;
    }

    @Override
    public void close() {
        compiled.forEach(Executable::close);
    }
}
