package scorefield.ncsn.schedule;

import java.util.Locale;
import scorefield.ncsn.setting.Setting;

/**
 * Numbers evenly spaced in their ρ-th roots (Karras et al. 2022, arXiv 2206.00364, equation 5):
 *
 * <pre>σᵢ = (σ₀^(1/ρ) + i/n·(σₙ^(1/ρ) − σ₀^(1/ρ)))^ρ,       i = 0 … n</pre>
 *
 * <p>ρ = 1 gives equal steps, ρ → ∞ geometric ones. The paper has ρ = 7: shorter steps at small levels, where errors are seen; those at large
 * levels are contracted later. With 50 evaluations of true scores (the measurement is {@link scorefield.ncsn.flow.Time}'s) Heun's errors
 * with ρ from 5 to 10 are within a fifth of each other; those with geometric levels are larger by a fifth to a half from σ = 10 on, and the
 * same from σ = 50 on.
 *
 * <p>It is also the declaration of the setting {@code sampling.rho}, for every sampler with such noise levels: as the record of its
 * parameters, or as a component of it.
 *
 * @param rho ρ ≥ 1
 */
public record PolynomialSpacing(
        @Setting(
                defaultValue = PolynomialSpacing.PAPER + "",
                min = 1,
                max = 100,
                description = "ρ: the noise levels are evenly spaced in σ^(1/ρ)")
        double rho) {

    private static final int PAPER = 7;

    /** The paper's, ρ = 7. */
    public static final PolynomialSpacing STANDARD = new PolynomialSpacing(PAPER);

    /** Requires ρ ≥ 1. */
    public PolynomialSpacing {
        if (!(rho >= 1)) {
            throw new IllegalArgumentException("ρ must be at least 1; got " + rho);
        }
    }

    /**
     * σ₀ … σₙ, rising or falling, both ends to the last bit.
     *
     * @param from σ₀ &gt; 0
     * @param to σₙ &gt; 0
     * @param steps n ≥ 1
     */
    public double[] between(double from, double to, int steps) {
        double[] places = new double[steps + 1];
        double first = Math.pow(from, 1 / rho);
        double last = Math.pow(to, 1 / rho);
        for (int i = 0; i <= steps; i++) {
            places[i] = Math.pow(first + (last - first) * i / steps, rho);
        }
        places[0] = from;
        places[steps] = to;
        return places;
    }

    /** For people, such as {@code ρ = 7.000}. */
    public String description() {
        return String.format(Locale.ROOT, "ρ = %.4g", rho);
    }
}
