package scorefield.autodiff.op;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;

/**
 * The elementwise functions: result[i] = f(a[i], b[i], …), on inputs of equal shape.
 *
 * <p>Each constant carries its meaning and, for every argument, its vector-Jacobian product.
 */
public enum Pointwise implements Op {
    /** a + b. */
    ADD((a, b) -> a + b, (a, b, y, g) -> g, (a, b, y, g) -> g),
    /** a − b. */
    SUBTRACT((a, b) -> a - b, (a, b, y, g) -> g, (a, b, y, g) -> g.negate()),
    /** a·b. */
    MULTIPLY((a, b) -> a * b, (a, b, y, g) -> g.times(b), (a, b, y, g) -> g.times(a)),
    /** a/b, as IEEE 754 defines it: 1/0 is infinite, 0/0 is NaN. */
    DIVIDE(
            (a, b) -> a / b,
            (a, b, y, g) -> g.over(b),
            (a, b, y, g) -> g.times(y).over(b).negate()),
    /** aᵇ. Its derivative with respect to b is defined for a &gt; 0. */
    POWER(
            Math::pow,
            (a, b, y, g) -> g.times(powerSlope(a, b)),
            (a, b, y, g) -> g.times(y).times(a.log())),
    /** The greater; where both are equal, the cotangent goes to the first. */
    MAXIMUM(Math::max, (a, b, y, g) -> g.times(b.lessOrEqual(a)), (a, b, y, g) -> g.times(a.lessThan(b))),
    /** The smaller; where both are equal, the cotangent goes to the first. */
    MINIMUM(Math::min, (a, b, y, g) -> g.times(a.lessOrEqual(b)), (a, b, y, g) -> g.times(b.lessThan(a))),
    /** 1 where a &lt; b, else 0. The gradient is zero. */
    LESS((a, b) -> a < b ? 1 : 0, Pointwise::none, Pointwise::none),
    /** 1 where a ≤ b, else 0. The gradient is zero. */
    LESS_OR_EQUAL((a, b) -> a <= b ? 1 : 0, Pointwise::none, Pointwise::none),
    /** 1 where a = b, else 0. The gradient is zero. */
    EQUAL((a, b) -> a == b ? 1 : 0, Pointwise::none, Pointwise::none),

    /** −a. */
    NEGATE(a -> -a, (a, y, g) -> g.negate()),
    /** |a|. The derivative at 0 is 0. */
    ABS(Math::abs, (a, y, g) -> g.times(a.sign())),
    /** −1, 0 or 1; NaN of NaN. The gradient is zero. */
    SIGN(Math::signum, (a, y, g) -> Gradients.NONE),
    /** 1 where a is neither infinite nor NaN, else 0. The gradient is zero. */
    IS_FINITE(a -> Double.isFinite(a) ? 1 : 0, (a, y, g) -> Gradients.NONE),
    /** eᵃ. */
    EXP(Math::exp, (a, y, g) -> g.times(y)),
    /** eᵃ − 1, accurate for small a too. */
    EXPM1(Math::expm1, (a, y, g) -> g.times(y.plus(1))),
    /** The natural logarithm; NaN for a &lt; 0. */
    LOG(Math::log, (a, y, g) -> g.over(a)),
    /** The square root; NaN for a &lt; 0. The derivative at 0 is infinite. */
    SQRT(Math::sqrt, (a, y, g) -> g.times(0.5).over(y)),
    /** The sine of a in radians. */
    SIN(Math::sin, (a, y, g) -> g.times(a.cos())),
    /** The cosine of a in radians. */
    COS(Math::cos, (a, y, g) -> g.times(a.sin()).negate()),
    /** The hyperbolic tangent. */
    TANH(Math::tanh, (a, y, g) -> g.minus(g.times(y.square()))),
    /** 1/(1 + e⁻ᵃ). */
    SIGMOID(
            a -> 1 / (1 + Math.exp(-a)),
            (a, y, g) -> g.times(y).times(Tensor.scalar(1).minus(y))),
    /** ln(1 + eᵃ), the integral of the sigmoid; it does not overflow for large a. */
    SOFTPLUS(a -> Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))), (a, y, g) -> g.times(a.sigmoid())),

    /** The second argument where the first is not 0, else the third. */
    SELECT(
            (c, a, b) -> c != 0 ? a : b,
            (c, a, b, y, g) -> Gradients.NONE,
            (c, a, b, y, g) -> Tensor.select(c, g, Tensor.scalar(0)),
            (c, a, b, y, g) -> Tensor.select(c, Tensor.scalar(0), g));

    private interface Meaning {
        double apply(double[][] in, int index);
    }

    private interface Vjp {
        Tensor apply(List<Tensor> in, Tensor y, Tensor g);
    }

    private interface UnaryVjp {
        Tensor apply(Tensor a, Tensor y, Tensor g);
    }

    private interface BinaryVjp {
        Tensor apply(Tensor a, Tensor b, Tensor y, Tensor g);
    }

    private interface TernaryVjp {
        Tensor apply(Tensor a, Tensor b, Tensor c, Tensor y, Tensor g);
    }

    private interface DoubleTernaryOperator {
        double apply(double a, double b, double c);
    }

    private final Meaning meaning;
    private final List<Vjp> vjps;

    Pointwise(DoubleUnaryOperator f, UnaryVjp da) {
        this.meaning = (in, i) -> f.applyAsDouble(in[0][i]);
        this.vjps = List.of((in, y, g) -> da.apply(in.get(0), y, g));
    }

    Pointwise(DoubleBinaryOperator f, BinaryVjp da, BinaryVjp db) {
        this.meaning = (in, i) -> f.applyAsDouble(in[0][i], in[1][i]);
        this.vjps = List.of(
                (in, y, g) -> da.apply(in.get(0), in.get(1), y, g), (in, y, g) -> db.apply(in.get(0), in.get(1), y, g));
    }

    Pointwise(DoubleTernaryOperator f, TernaryVjp da, TernaryVjp db, TernaryVjp dc) {
        this.meaning = (in, i) -> f.apply(in[0][i], in[1][i], in[2][i]);
        this.vjps = List.of(
                (in, y, g) -> da.apply(in.get(0), in.get(1), in.get(2), y, g),
                (in, y, g) -> db.apply(in.get(0), in.get(1), in.get(2), y, g),
                (in, y, g) -> dc.apply(in.get(0), in.get(1), in.get(2), y, g));
    }

    /** b·aᵇ⁻¹. Where b is a constant number, the power stays one: all derivatives of x³ are polynomials, and right at 0. */
    private static Tensor powerSlope(Tensor a, Tensor b) {
        Tensor source = b.op() instanceof Broadcast ? b.input(0) : b;
        if (source.op() instanceof Constant constant && source.shape().size() == 1) {
            double exponent = constant.values().get(0);
            return a.pow(exponent - 1).times(exponent);
        }
        return b.times(a.pow(b.minus(1)));
    }

    private static Tensor none(Tensor a, Tensor b, Tensor y, Tensor g) {
        return Gradients.NONE;
    }

    /** The number of arguments. */
    public int arity() {
        return vjps.size();
    }

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Shape shape(List<Tensor> inputs) {
        floats(inputs, arity());
        for (Tensor input : inputs) {
            if (!input.shape().equals(inputs.get(0).shape())) {
                throw misfit("needs inputs of equal shape", inputs);
            }
        }
        return inputs.get(0).shape();
    }

    @Override
    public double[] evaluate(Tensor node, double[][] in) {
        double[] result = new double[node.shape().size()];
        Parallel.range(result.length, i -> result[i] = meaning.apply(in, i));
        return result;
    }

    @Override
    public Tensor vjp(Tensor node, int input, Tensor cotangent) {
        return vjps.get(input).apply(node.inputs(), node, cotangent);
    }
}
