package scorefield.ncsn.ode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An explicit Runge–Kutta method as numbers (J. Butcher 1964; Hairer, Nørsett &amp; Wanner, <i>Solving Ordinary Differential Equations I</i>,
 * II.1). A step of size h from (t, y) is
 *
 * <pre>
 * kᵢ = f(t + cᵢ·h, y + h·Σ_{j&lt;i} aᵢⱼ·kⱼ)       i = 1 … s
 * y ← y + h·Σᵢ bᵢ·kᵢ                           error ≈ h·Σᵢ eᵢ·kᵢ
 * </pre>
 *
 * @param name for people
 * @param order p: the error of a step falls as h^(p+1), that of a whole interval as h^p
 * @param nodes c, s numbers
 * @param stages a: row i has the i numbers aᵢⱼ, j &lt; i, counted from 0
 * @param weights b, s numbers
 * @param error e = b − b̂, with b̂ the weights of an embedded method of order p − 1; null where there is none
 */
public record ButcherTableau(
        String name, int order, double[] nodes, double[][] stages, double[] weights, double @Nullable [] error) {

    /** Euler's method: one evaluation a step. In σ it is DDIM's step (J. Song et al. 2021, arXiv 2010.02502), see {@link scorefield.ncsn.flow.Time}. */
    public static final ButcherTableau EULER =
            new ButcherTableau("Euler", 1, new double[] {0}, new double[][] {{}}, new double[] {1}, null);

    /** Heun's method of order 2, the one of Karras et al. 2022 (arXiv 2206.00364, algorithm 1): two evaluations a step. */
    public static final ButcherTableau HEUN =
            new ButcherTableau("Heun", 2, new double[] {0, 1}, new double[][] {{}, {1}}, new double[] {0.5, 0.5}, null);

    /**
     * The pair of orders 5 and 4 by Dormand and Prince (1980; Hairer et al., table II.5.2). Its last stage is at the end of the step, and so
     * is the next step's first: six evaluations a step.
     */
    public static final ButcherTableau DORMAND_PRINCE = new ButcherTableau(
            "Dormand–Prince 5(4)",
            5,
            new double[] {0, 1 / 5.0, 3 / 10.0, 4 / 5.0, 8 / 9.0, 1, 1},
            new double[][] {
                {},
                {1 / 5.0},
                {3 / 40.0, 9 / 40.0},
                {44 / 45.0, -56 / 15.0, 32 / 9.0},
                {19372 / 6561.0, -25360 / 2187.0, 64448 / 6561.0, -212 / 729.0},
                {9017 / 3168.0, -355 / 33.0, 46732 / 5247.0, 49 / 176.0, -5103 / 18656.0},
                {35 / 384.0, 0, 500 / 1113.0, 125 / 192.0, -2187 / 6784.0, 11 / 84.0}
            },
            new double[] {35 / 384.0, 0, 500 / 1113.0, 125 / 192.0, -2187 / 6784.0, 11 / 84.0, 0},
            new double[] {71 / 57600.0, 0, -71 / 16695.0, 71 / 1920.0, -17253 / 339200.0, 22 / 525.0, -1 / 40.0});

    /** s, how many slopes a step is made of. */
    public int count() {
        return weights.length;
    }

    /** Whether the last stage is where the step ends ("first same as last"): its slope is then the next step's first. */
    public boolean endsWhereTheNextBegins() {
        int last = count() - 1;
        return last > 0 && weights[last] == 0 && Arrays.equals(stages[last], Arrays.copyOf(weights, last));
    }

    /** Evaluations that a step costs, the first step's first one not counted where the method {@link #endsWhereTheNextBegins}. */
    public int evaluations() {
        return endsWhereTheNextBegins() ? count() - 1 : count();
    }

    /** The coefficients of the slopes in the argument of stage i; for i = s, in the step's end. */
    double[] row(int i) {
        return i == count() ? weights : stages[i];
    }
}
