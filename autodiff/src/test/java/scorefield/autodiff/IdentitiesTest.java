package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Identities that hold for any numbers. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class IdentitiesTest {

    private static final double ROUNDING = 1e-12;

    /** Two graphs give the same numbers, up to rounding. */
    private static void assertEqual(Tensor a, Tensor b) {
        List<Values> both = Reference.evaluate(Map.of(), List.of(a, b));
        double[] expected = both.get(1).doubles();
        double largest = 1;
        for (double x : expected) {
            largest = Math.max(largest, Math.abs(x));
        }
        assertThat(a.shape()).isEqualTo(b.shape());
        assertThat(both.get(0).doubles()).containsExactly(expected, offset(ROUNDING * largest));
    }

    private static Tensor numbers(double scale, long seed) {
        return LinearMap.constant(Shape.of(17), seed).times(scale);
    }

    // ---- pointwise

    @Property
    void silu(@ForAll @DoubleRange(min = 0.01, max = 30) double scale, @ForAll long seed) {
        Tensor x = numbers(scale, seed);
        assertEqual(x.silu(), x.times(x.sigmoid()));
        assertEqual(x.silu().minus(x.negate().silu()), x);
        assertEqual(x.silu().plus(x.negate().silu()), x.times(x.over(2).tanh()));
    }

    @Property
    void sigmoid(@ForAll @DoubleRange(min = 0.01, max = 30) double scale, @ForAll long seed) {
        Tensor x = numbers(scale, seed);
        assertEqual(x.negate().sigmoid(), Tensor.scalar(1).minus(x.sigmoid()));
        assertEqual(x.sigmoid(), x.over(2).tanh().plus(1).over(2));
    }

    @Property
    void softplus(@ForAll @DoubleRange(min = 0.01, max = 30) double scale, @ForAll long seed) {
        Tensor x = numbers(scale, seed);
        assertEqual(x.softplus().minus(x.negate().softplus()), x);
        assertEqual(x.softplus(), x.exp().plus(1).log());
        assertEqual(Gradients.of(x.softplus().sum(), x), x.sigmoid());
    }

    @Property
    void eluAndRelu(@ForAll @DoubleRange(min = 0.01, max = 30) double scale, @ForAll long seed) {
        Tensor x = numbers(scale, seed);
        assertEqual(x.relu(), x.maximum(0));
        assertEqual(x.elu(), x.maximum(0).plus(x.minimum(0).expm1()));
        assertEqual(x.relu().minus(x.negate().relu()), x);
    }

    @Property
    void maximumAndMinimum(@ForAll long seed) {
        Tensor a = numbers(1, seed);
        Tensor b = numbers(1, seed + 1);
        assertEqual(a.maximum(b), a.negate().minimum(b.negate()).negate());
        assertEqual(a.maximum(b).plus(a.minimum(b)), a.plus(b));
        assertEqual(a.maximum(b).minus(a.minimum(b)), a.minus(b).abs());
        assertEqual(a.abs(), a.times(a.sign()));
        assertEqual(a.lessThan(b).plus(b.lessOrEqual(a)), Tensor.fill(a.shape(), 1));
    }

    @Property
    void exponentials(@ForAll long seed) {
        Tensor x = numbers(2, seed);
        assertEqual(x.exp().log(), x);
        assertEqual(x.expm1(), x.exp().minus(1));
        assertEqual(x.sin().square().plus(x.cos().square()), Tensor.fill(x.shape(), 1));
        assertEqual(x.square().sqrt(), x.abs());
        assertEqual(x.pow(2), x.square());
        assertEqual(x.exp().pow(0.3), x.times(0.3).exp());
        assertEqual(
                x.tanh(),
                x.exp().minus(x.negate().exp()).over(x.exp().plus(x.negate().exp())));
    }

    // ---- softmax

    @Property
    void softmaxIsADistributionAndInvariantUnderAShift(
            @ForAll @IntRange(max = 2) int axis,
            @ForAll @DoubleRange(min = 0.01, max = 300) double scale,
            @ForAll @DoubleRange(min = -100, max = 100) double shift,
            @ForAll long seed) {
        Shape shape = Shape.of(3, 4, 5);
        Tensor x = LinearMap.constant(shape, seed).times(scale);
        Tensor y = x.softmax(axis);
        Tensor shifts = LinearMap.constant(shape.with(axis, 1), seed + 1).times(shift);
        assertEqual(y.sumKeep(axis), Tensor.fill(shape.with(axis, 1), 1));
        assertEqual(y.lessThan(Tensor.scalar(0)), Tensor.zeros(shape));
        assertEqual(x.plus(shifts).softmax(axis), y);
    }

    @Property
    void logSumExpAndItsBoundsGradientAndShift(
            @ForAll @IntRange(max = 2) int axis,
            @ForAll @DoubleRange(min = 0.01, max = 300) double scale,
            @ForAll long seed) {
        Shape shape = Shape.of(3, 4, 5);
        Tensor x = LinearMap.constant(shape, seed).times(scale);
        Tensor shift = LinearMap.constant(shape.with(axis, 1), seed + 1).times(scale);
        Tensor y = x.logSumExp(axis);
        assertEqual(x.plus(shift).logSumExp(axis), y.plus(shift.sum(axis)));
        assertEqual(x.minus(y.reshape(shape.with(axis, 1))).exp(), x.softmax(axis));
        assertEqual(Gradients.of(y.sum(), x), x.softmax(axis));
        // Between the greatest number and log n more than it.
        assertEqual(y.maximum(x.max(axis)), y);
        assertEqual(y.minimum(x.max(axis).plus(Math.log(shape.dim(axis)))), y);
    }

    @Property
    void logSumExpOfEqualNumbers(
            @ForAll @IntRange(min = 1, max = 20) int n, @ForAll @DoubleRange(min = -1e4, max = 1e4) double x) {
        assertEqual(Tensor.fill(Shape.of(n, 3), x).logSumExp(0), Tensor.fill(Shape.of(3), x + Math.log(n)));
        assertEqual(Tensor.fill(Shape.of(n, 3), x).softmax(0), Tensor.fill(Shape.of(n, 3), 1.0 / n));
    }

    // ---- images

    @Property
    void averagePoolingUndoesNearestUpsampling(
            @ForAll @IntRange(min = 1, max = 5) int h,
            @ForAll @IntRange(min = 1, max = 5) int w,
            @ForAll @IntRange(min = 1, max = 4) int factor,
            @ForAll long seed) {
        Tensor x = LinearMap.constant(Shape.of(2, h, w, 3), seed);
        assertEqual(x.upsampleNearest(factor).averagePool(factor), x);
        assertEqual(x.upsampleNearest(factor).sumPool(factor), x.times(factor * factor));
        assertEqual(x.upsampleNearest(factor).mean(), x.mean());
    }

    @Property
    void bilinearUpsamplingKeepsConstantsAndBoundsAndCommutesWithReflection(
            @ForAll @IntRange(min = 1, max = 5) int h,
            @ForAll @IntRange(min = 1, max = 5) int w,
            @ForAll @IntRange(min = 1, max = 4) int factor,
            @ForAll long seed) {
        Tensor x = LinearMap.constant(Shape.of(2, h, w, 3), seed);
        Tensor y = x.upsampleBilinear(factor);
        assertEqual(Tensor.fill(x.shape(), 3).upsampleBilinear(factor), Tensor.fill(y.shape(), 3));
        assertEqual(y.max().maximum(x.max()), x.max());
        assertEqual(reflect(x).upsampleBilinear(factor), reflect(y));
        assertEqual(
                x.transpose(0, 2, 1, 3).upsampleBilinear(factor), y.transpose(0, 2, 1, 3)); // height and width alike
    }

    /** Rows in reverse order. */
    private static Tensor reflect(Tensor x) {
        int h = x.shape().dim(1);
        int[] reversed = new int[h];
        for (int i = 0; i < h; i++) {
            reversed[i] = h - 1 - i;
        }
        return x.transpose(1, 0, 2, 3)
                .gather(Tensor.constant(Values.of(Shape.of(h), reversed)))
                .transpose(1, 0, 2, 3);
    }

    @Property
    void aConvolutionWithOnePixelIsAMatrixProduct(@ForAll long seed) {
        Tensor x = LinearMap.constant(Shape.of(2, 3, 4, 5), seed);
        Tensor w = LinearMap.constant(Shape.of(1, 1, 5, 3), seed + 1);
        assertEqual(x.conv2d(w, 1, 0).reshape(24, 3), x.reshape(24, 5).matmul(w.reshape(5, 3)));
    }

    @Property
    void aStridedConvolutionIsASubsampledDenseOne(
            @ForAll @IntRange(min = 1, max = 3) int stride, @ForAll @IntRange(max = 2) int padding, @ForAll long seed) {
        Tensor x = LinearMap.constant(Shape.of(2, 7, 7, 2), seed);
        Tensor w = LinearMap.constant(Shape.of(3, 3, 2, 3), seed + 1);
        Tensor strided = x.conv2d(w, stride, padding);
        Tensor dense = x.conv2d(w, 1, padding);
        int extent = strided.shape().dim(1);
        int[] rows = new int[extent];
        for (int i = 0; i < extent; i++) {
            rows[i] = i * stride;
        }
        Tensor indices = Tensor.constant(Values.of(Shape.of(extent), rows));
        Tensor picked = dense.transpose(1, 0, 2, 3)
                .gather(indices)
                .transpose(2, 1, 0, 3)
                .gather(indices)
                .transpose(1, 2, 0, 3);
        assertEqual(strided, picked);
    }

    @Property
    void paddingOfAConvolutionIsPadding(@ForAll @IntRange(max = 3) int padding, @ForAll long seed) {
        Tensor x = LinearMap.constant(Shape.of(2, 4, 5, 2), seed);
        Tensor w = LinearMap.constant(Shape.of(3, 2, 2, 3), seed + 1);
        assertEqual(
                x.conv2d(w, 1, padding),
                x.pad(1, padding, padding).pad(2, padding, padding).conv2d(w, 1, 0));
    }

    @Property
    void matrixProductsAssociate(@ForAll long seed) {
        Tensor a = LinearMap.constant(Shape.of(3, 4), seed);
        Tensor b = LinearMap.constant(Shape.of(4, 5), seed + 1);
        Tensor c = LinearMap.constant(Shape.of(5, 2), seed + 2);
        assertEqual(a.matmul(b).matmul(c), a.matmul(b.matmul(c)));
    }

    @Property
    void aBatchedMatrixProductIsTheProductOfEachPair(
            @ForAll @IntRange(min = 1, max = 3) int batch,
            @ForAll @IntRange(min = 1, max = 5) int m,
            @ForAll @IntRange(min = 1, max = 5) int k,
            @ForAll @IntRange(min = 1, max = 5) int n,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll long seed) {
        Tensor a = LinearMap.constant(transposeA ? Shape.of(batch, k, m) : Shape.of(batch, m, k), seed);
        Tensor b = LinearMap.constant(transposeB ? Shape.of(batch, n, k) : Shape.of(batch, k, n), seed + 1);
        List<Tensor> products = IntStream.range(0, batch)
                .mapToObj(i -> matrix(a, i).matmul(matrix(b, i), transposeA, transposeB))
                .toList();
        assertEqual(
                a.matmul(b, transposeA, transposeB),
                Tensor.concatenate(0, products).reshape(batch, m, n));
        // One matrix for all of the other factor's.
        assertEqual(
                a.matmul(matrix(b, 0), transposeA, transposeB),
                a.matmul(b.slice(0, 0, 1).broadcastTo(b.shape()), transposeA, transposeB));
        assertEqual(
                matrix(a, 0).matmul(b, transposeA, transposeB),
                a.slice(0, 0, 1).broadcastTo(a.shape()).matmul(b, transposeA, transposeB));
    }

    private static Tensor matrix(Tensor batch, int index) {
        return batch.slice(0, index, index + 1)
                .reshape(batch.shape().dim(1), batch.shape().dim(2));
    }

    // ---- group norm

    private static final int CHANNELS = 6;
    private static final Shape IMAGES = Shape.of(2, 3, 4, CHANNELS);

    private static Tensor grouped(Tensor x, int groups) {
        return x.reshape(2, 12, groups, CHANNELS / groups);
    }

    /** One number for each image's group, at every element of the group. */
    private static Tensor perGroup(int groups, long seed) {
        return LinearMap.constant(Shape.of(2, 1, groups, 1), seed)
                .broadcastTo(Shape.of(2, 12, groups, CHANNELS / groups))
                .reshape(IMAGES);
    }

    @Property
    void groupNormIsInvariantUnderAnAffineMapOfAGroup(
            @ForAll @IntRange(max = 3) int which, @ForAll boolean silu, @ForAll long seed) {
        int groups = List.of(1, 2, 3, 6).get(which);
        Tensor x = LinearMap.constant(IMAGES, seed);
        Tensor scale = LinearMap.constant(Shape.of(CHANNELS), seed + 1);
        Tensor shift = LinearMap.constant(Shape.of(CHANNELS), seed + 2);
        Tensor moved = x.times(perGroup(groups, seed + 3).exp()).plus(perGroup(groups, seed + 4));
        assertEqual(norm(moved, scale, shift, groups, silu), norm(x, scale, shift, groups, silu));
        // A mirrored group comes out mirrored.
        assertEqual(norm(x.negate(), scale, shift, groups, false), norm(x, scale.negate(), shift, groups, false));
    }

    private static Tensor norm(Tensor x, Tensor scale, Tensor shift, int groups, boolean silu) {
        return silu ? x.groupNormSilu(scale, shift, groups, 0) : x.groupNorm(scale, shift, groups, 0);
    }

    @Property
    void groupNormHasMeanZeroAndVarianceOne(@ForAll @IntRange(max = 3) int which, @ForAll long seed) {
        int groups = List.of(1, 2, 3, 6).get(which);
        Tensor x = LinearMap.constant(IMAGES, seed).times(3).plus(2);
        Tensor one = Tensor.fill(Shape.of(CHANNELS), 1);
        Tensor y = grouped(x.groupNorm(one, Tensor.zeros(one.shape()), groups, 0), groups);
        assertEqual(y.mean(1, 3), Tensor.zeros(Shape.of(2, groups)));
        assertEqual(y.square().mean(1, 3), Tensor.fill(Shape.of(2, groups), 1));
    }

    /** What does not change with x → ax + b has a gradient without a component along 1 and along x. */
    @Property
    void groupNormsGradientIsOrthogonalToItsInvariances(
            @ForAll @IntRange(max = 3) int which, @ForAll boolean silu, @ForAll long seed) {
        int groups = List.of(1, 2, 3, 6).get(which);
        Tensor x = LinearMap.constant(IMAGES, seed);
        Tensor scale = LinearMap.constant(Shape.of(CHANNELS), seed + 1);
        Tensor shift = LinearMap.constant(Shape.of(CHANNELS), seed + 2);
        Tensor cotangent = LinearMap.constant(IMAGES, seed + 3);
        Tensor gradient = Gradients.vjp(norm(x, scale, shift, groups, silu), cotangent, List.of(x))
                .get(0);
        Tensor none = Tensor.zeros(Shape.of(2, groups));
        assertEqual(grouped(gradient, groups).sum(1, 3), none);
        assertEqual(grouped(gradient.times(x), groups).sum(1, 3), none);
    }

    // ---- derivatives

    /** Second derivatives are symmetric: ⟨u, H v⟩ = ⟨v, H u⟩. */
    @Property(tries = 50)
    void hessiansAreSymmetric(@ForAll long seed) {
        Random random = new Random(seed);
        Shape shape = Shape.of(2, 4, 4, 4);
        Tensor x = LinearMap.constant(shape, random.nextLong());
        Tensor y = x.conv2d(LinearMap.constant(Shape.of(3, 3, 4, 4), random.nextLong()), 1, 1)
                .groupNormSilu(
                        LinearMap.constant(Shape.of(4), random.nextLong()),
                        LinearMap.constant(Shape.of(4), random.nextLong()),
                        2,
                        1e-3)
                .averagePool(2)
                .upsampleBilinear(2)
                .softplus()
                .sum();
        Tensor gradient = Gradients.of(y, x);
        Tensor u = LinearMap.constant(shape, random.nextLong());
        Tensor v = LinearMap.constant(shape, random.nextLong());
        Tensor hu = Gradients.of(gradient.times(u).sum(), x);
        Tensor hv = Gradients.of(gradient.times(v).sum(), x);
        assertEqual(hu.times(v).sum(), hv.times(u).sum());
    }
}
