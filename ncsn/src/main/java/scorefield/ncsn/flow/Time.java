package scorefield.ncsn.flow;

import scorefield.autodiff.Tensor;
import scorefield.ncsn.ode.FixedSteps;

/**
 * What the probability flow is integrated over. The flow's curves are the same for any increasing function t of the noise level σ:
 * dx/dt = −σ·s(x, σ)·dσ/dt. How many evaluations a solver needs to follow them is not.
 *
 * <p>Measured with true scores, from σ = 50 to 0.01, as (evaluations, root mean square error at the end), for a Gaussian whose variances
 * run from 1 to 10⁻⁴ in 64 dimensions and for five unequal Gaussians in the plane:
 *
 * <table>
 * <caption>Evaluations and errors</caption>
 * <tr><th>solver</th><th>over</th><th>Gaussian</th><th>five Gaussians</th></tr>
 * <tr><td>Heun, 25 steps</td><td>σ</td><td>50, 0.006</td><td>50, 0.03</td></tr>
 * <tr><td></td><td>log σ</td><td>50, 0.017</td><td>50, 0.05</td></tr>
 * <tr><td>Dormand–Prince, 8 steps</td><td>σ</td><td>49, 0.0002</td><td>49, 0.008</td></tr>
 * <tr><td></td><td>log σ</td><td>49, 0.0003</td><td>49, 0.035</td></tr>
 * <tr><td>Dormand–Prince, 10⁻³</td><td>σ</td><td>134, 0.00005</td><td>92, 0.0013</td></tr>
 * <tr><td></td><td>log σ</td><td>62, 0.0005</td><td>56, 0.005</td></tr>
 * <tr><td>Dormand–Prince, 10⁻⁴</td><td>σ</td><td>200, 0.00001</td><td>122, 0.0002</td></tr>
 * <tr><td></td><td>log σ</td><td>86, 0.00004</td><td>86, 0.0003</td></tr>
 * </table>
 *
 * <p>So a given number of steps (spaced as in {@link FixedSteps}) goes over σ, and steps that are chosen on the way over log σ. The reason:
 * with x̂ = x + σ²·s, the mean of the clean data, dx/dσ = (x − x̂)/σ. While σ is above the data's width x̂ hardly changes, curves are straight
 * lines in σ, and a few steps lose nothing. But in σ nothing is long: what happens at σ = 0.01 to 0.1 happens within a thousandth of
 * the way, where a step-size control has to find its way down from large steps by failing, again and again. In log σ the data's scales lie
 * side by side, the slope −σ²·s = x − x̂ is just the noise in x, and steps of all levels are of one size.
 */
public enum Time {
    /** t = σ. */
    SIGMA {
        @Override
        public double at(double sigma) {
            return sigma;
        }

        @Override
        public double sigma(double t) {
            return t;
        }

        @Override
        public Tensor sigma(Tensor t) {
            return t;
        }

        @Override
        Tensor rate(Tensor sigma) {
            return Tensor.fill(sigma.shape(), 1);
        }

        @Override
        double toClean(double sigma) {
            return -sigma;
        }
    },
    /** t = log σ, the natural logarithm. */
    LOG_SIGMA {
        @Override
        public double at(double sigma) {
            return Math.log(sigma);
        }

        @Override
        public double sigma(double t) {
            return Math.exp(t);
        }

        @Override
        public Tensor sigma(Tensor t) {
            return t.exp();
        }

        @Override
        Tensor rate(Tensor sigma) {
            return sigma;
        }

        @Override
        double toClean(double sigma) {
            return -1;
        }
    };

    /** t at a noise level. */
    public abstract double at(double sigma);

    /** The noise level at t. */
    public abstract double sigma(double t);

    /** The noise level at t. */
    public abstract Tensor sigma(Tensor t);

    /** dσ/dt at a noise level. */
    abstract Tensor rate(Tensor sigma);

    /** The step of Euler's method that leads from x to x + σ²·s(x, σ), the mean of the clean data given x (Tweedie's formula). */
    abstract double toClean(double sigma);
}
