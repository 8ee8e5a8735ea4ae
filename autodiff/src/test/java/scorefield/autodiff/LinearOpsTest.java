package scorefield.autodiff;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.Sum;
import scorefield.autodiff.op.UpsampleBilinearGradient;

/** The linear ops are linear, and each one's adjoint is the op that its Javadoc names: ⟨Ax, y⟩ = ⟨x, Aᵀy⟩. */
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE) // extents this small meet their edges by themselves
class LinearOpsTest {

    /** A convolution of any kind that fits. */
    record Geometry(Shape x, Shape w, int stride, int padding) {

        Shape y() {
            return Tensor.input("x", x)
                    .conv2d(Tensor.input("w", w), stride, padding)
                    .shape();
        }

        LinearMap inImages(Tensor weights) {
            return new LinearMap(x, t -> t.conv2d(weights, stride, padding));
        }

        LinearMap inWeights(Tensor images) {
            return new LinearMap(w, t -> images.conv2d(t, stride, padding));
        }

        Tensor inputGradient(Tensor g, Tensor weights) {
            return new Tensor(new Conv2dInputGradient(stride, padding, x), List.of(g, weights));
        }

        Tensor weightGradient(Tensor images, Tensor g) {
            return new Tensor(new Conv2dWeightGradient(stride, padding, w), List.of(images, g));
        }
    }

    @Provide
    Arbitrary<Geometry> geometries() {
        Arbitrary<Integer> extent = Arbitraries.integers().between(1, 4);
        Arbitrary<Shape> weights =
                Combinators.combine(extent, extent, extent, extent).as((kh, kw, in, out) -> Shape.of(kh, kw, in, out));
        Arbitrary<int[]> images =
                Arbitraries.integers().between(0, 6).array(int[].class).ofSize(2);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        images,
                        weights,
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 2))
                .as((n, extra, w, stride, padding) -> new Geometry(
                        // As small as the weights allow, or a little more.
                        Shape.of(
                                n,
                                Math.max(1, w.dim(0) - 2 * padding) + extra[0],
                                Math.max(1, w.dim(1) - 2 * padding) + extra[1],
                                w.dim(2)),
                        w,
                        stride,
                        padding));
    }

    @Property
    void convolutionIsLinearInItsImages(@ForAll("geometries") Geometry a, @ForAll long seed) {
        a.inImages(LinearMap.constant(a.w(), seed + 1)).assertLinear(seed);
    }

    @Property
    void convolutionIsLinearInItsWeights(@ForAll("geometries") Geometry a, @ForAll long seed) {
        a.inWeights(LinearMap.constant(a.x(), seed + 1)).assertLinear(seed);
    }

    @Property
    void theInputGradientIsTheAdjointInTheImages(@ForAll("geometries") Geometry a, @ForAll long seed) {
        Tensor w = LinearMap.constant(a.w(), seed + 1);
        a.inImages(w).assertAdjoint(new LinearMap(a.y(), g -> a.inputGradient(g, w)), seed);
        a.inImages(w).assertVjpIsAdjoint(seed);
    }

    @Property
    void theWeightGradientIsTheAdjointInTheWeights(@ForAll("geometries") Geometry a, @ForAll long seed) {
        Tensor x = LinearMap.constant(a.x(), seed + 1);
        a.inWeights(x).assertAdjoint(new LinearMap(a.y(), g -> a.weightGradient(x, g)), seed);
        a.inWeights(x).assertVjpIsAdjoint(seed);
    }

    @Property
    void theInputGradientIsLinearInBothWithItsOwnAdjoints(@ForAll("geometries") Geometry a, @ForAll long seed) {
        Tensor w = LinearMap.constant(a.w(), seed + 1);
        Tensor g = LinearMap.constant(a.y(), seed + 2);
        LinearMap inCotangent = new LinearMap(a.y(), t -> a.inputGradient(t, w));
        inCotangent.assertLinear(seed);
        inCotangent.assertVjpIsAdjoint(seed);
        LinearMap inWeights = new LinearMap(a.w(), t -> a.inputGradient(g, t));
        inWeights.assertLinear(seed);
        inWeights.assertAdjoint(new LinearMap(a.x(), u -> a.weightGradient(u, g)), seed);
        inWeights.assertVjpIsAdjoint(seed);
    }

    @Property
    void theWeightGradientIsLinearInBothWithItsOwnAdjoints(@ForAll("geometries") Geometry a, @ForAll long seed) {
        Tensor x = LinearMap.constant(a.x(), seed + 1);
        Tensor g = LinearMap.constant(a.y(), seed + 2);
        LinearMap inCotangent = new LinearMap(a.y(), t -> a.weightGradient(x, t));
        inCotangent.assertLinear(seed);
        inCotangent.assertVjpIsAdjoint(seed);
        LinearMap inImages = new LinearMap(a.x(), t -> a.weightGradient(t, g));
        inImages.assertLinear(seed);
        inImages.assertAdjoint(new LinearMap(a.w(), v -> a.inputGradient(g, v)), seed);
        inImages.assertVjpIsAdjoint(seed);
    }

    @Property
    void matrixProduct(
            @ForAll @IntRange(min = 1, max = 7) int m,
            @ForAll @IntRange(min = 1, max = 7) int k,
            @ForAll @IntRange(min = 1, max = 7) int n,
            @ForAll boolean transposeA,
            @ForAll boolean transposeB,
            @ForAll long seed) {
        Shape aShape = transposeA ? Shape.of(k, m) : Shape.of(m, k);
        Shape bShape = transposeB ? Shape.of(n, k) : Shape.of(k, n);
        Tensor a = LinearMap.constant(aShape, seed + 1);
        Tensor b = LinearMap.constant(bShape, seed + 2);
        LinearMap inA = new LinearMap(aShape, t -> t.matmul(b, transposeA, transposeB));
        LinearMap inB = new LinearMap(bShape, t -> a.matmul(t, transposeA, transposeB));
        for (LinearMap map : List.of(inA, inB)) {
            map.assertLinear(seed);
            map.assertVjpIsAdjoint(seed);
        }
        // (op(A)·op(B))ᵀ = op(B)ᵀ·op(A)ᵀ
        new LinearMap(
                        aShape,
                        t -> t.matmul(b, transposeA, transposeB)
                                .transpose(1, 0)
                                .minus(b.matmul(t, !transposeB, !transposeA)))
                .assertZero(seed);
    }

    @Provide
    Arbitrary<Shape> images() {
        Arbitrary<Integer> extent = Arbitraries.integers().between(1, 5);
        return Combinators.combine(extent, extent, extent, extent).as((n, h, w, c) -> Shape.of(n, h, w, c));
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return Arbitraries.integers()
                .between(1, 5)
                .array(int[].class)
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(Shape::of);
    }

    private static Shape enlarged(Shape small, int factor) {
        return small.with(1, small.dim(1) * factor).with(2, small.dim(2) * factor);
    }

    @Property
    void nearestUpsamplingAndSumPooling(
            @ForAll("images") Shape small, @ForAll @IntRange(min = 1, max = 4) int factor, @ForAll long seed) {
        LinearMap up = new LinearMap(small, t -> t.upsampleNearest(factor));
        LinearMap down = new LinearMap(enlarged(small, factor), t -> t.sumPool(factor));
        up.assertLinear(seed);
        up.assertAdjoint(down, seed);
        up.assertVjpIsAdjoint(seed);
        down.assertVjpIsAdjoint(seed);
    }

    @Property
    void bilinearUpsamplingAndItsGradient(
            @ForAll("images") Shape small, @ForAll @IntRange(min = 1, max = 4) int factor, @ForAll long seed) {
        LinearMap up = new LinearMap(small, t -> t.upsampleBilinear(factor));
        LinearMap down = new LinearMap(
                enlarged(small, factor), t -> new Tensor(new UpsampleBilinearGradient(factor), List.of(t)));
        up.assertLinear(seed);
        up.assertAdjoint(down, seed);
        up.assertVjpIsAdjoint(seed);
        down.assertVjpIsAdjoint(seed);
    }

    @Property
    void slicingAndPadding(
            @ForAll("shapes") Shape part,
            @ForAll @IntRange(max = 3) int axis,
            @ForAll @IntRange(max = 3) int before,
            @ForAll @IntRange(max = 3) int after,
            @ForAll long seed) {
        int k = axis % part.rank();
        Shape whole = part.with(k, before + part.dim(k) + after);
        LinearMap pad = new LinearMap(part, t -> t.pad(k, before, after));
        LinearMap slice = new LinearMap(whole, t -> t.slice(k, before, before + part.dim(k)));
        pad.assertLinear(seed);
        pad.assertAdjoint(slice, seed);
        pad.assertVjpIsAdjoint(seed);
        slice.assertVjpIsAdjoint(seed);
        new LinearMap(part, t -> slice.graph().apply(pad.graph().apply(t)).minus(t)).assertZero(seed);
    }

    @Property
    void gatheringAndScattering(
            @ForAll("shapes") Shape table,
            @ForAll @Size(min = 1, max = 7) List<@IntRange(max = 99) Integer> rows,
            @ForAll long seed) {
        int[] indices = rows.stream().mapToInt(i -> i % table.dim(0)).toArray();
        Tensor index = Tensor.constant(Values.of(Shape.of(indices.length), indices));
        LinearMap gather = new LinearMap(table, t -> t.gather(index));
        LinearMap scatter = new LinearMap(table.with(0, indices.length), t -> t.scatterAdd(index, table.dim(0)));
        gather.assertLinear(seed);
        gather.assertAdjoint(scatter, seed);
        gather.assertVjpIsAdjoint(seed);
        scatter.assertVjpIsAdjoint(seed);
    }

    @Property
    void transposing(@ForAll("shapes") Shape shape, @ForAll java.util.Random random, @ForAll long seed) {
        List<Integer> order =
                Arrays.asList(IntStream.range(0, shape.rank()).boxed().toArray(Integer[]::new));
        Collections.shuffle(order, random);
        int[] permutation = order.stream().mapToInt(i -> i).toArray();
        int[] inverse = IntStream.range(0, shape.rank()).map(order::indexOf).toArray();
        LinearMap map = new LinearMap(shape, t -> t.transpose(permutation));
        LinearMap back = new LinearMap(map.to(), t -> t.transpose(inverse));
        map.assertLinear(seed);
        map.assertAdjoint(back, seed);
        map.assertVjpIsAdjoint(seed);
        new LinearMap(shape, t -> t.transpose(permutation).transpose(inverse).minus(t)).assertZero(seed);
    }

    @Property
    void broadcastingAndSumming(
            @ForAll("shapes") Shape large, @ForAll @Size(4) List<Boolean> stretched, @ForAll long seed) {
        List<Integer> axes =
                IntStream.range(0, large.rank()).filter(stretched::get).boxed().toList();
        Shape small = large;
        for (int axis : axes) {
            small = small.with(axis, 1);
        }
        LinearMap broadcast = new LinearMap(small, t -> new Tensor(new Broadcast(large), List.of(t)));
        LinearMap sum = new LinearMap(large, t -> new Tensor(new Sum(axes), List.of(t)));
        broadcast.assertLinear(seed);
        broadcast.assertAdjoint(sum, seed);
        broadcast.assertVjpIsAdjoint(seed);
        sum.assertVjpIsAdjoint(seed);
    }

    @Property
    void concatenatingAndSlicing(
            @ForAll("shapes") Shape shape,
            @ForAll @IntRange(max = 3) int axis,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 1, max = 4) Integer> extents,
            @ForAll long seed) {
        int k = axis % shape.rank();
        int total = extents.stream().mapToInt(i -> i).sum();
        // Cut into parts and put together again: nothing changes, forward or backward.
        LinearMap map = new LinearMap(shape.with(k, total), t -> {
            int[] ends = extents.stream().mapToInt(i -> i).toArray();
            Arrays.parallelPrefix(ends, Integer::sum);
            List<Tensor> parts = IntStream.range(0, ends.length)
                    .mapToObj(i -> t.slice(k, ends[i] - extents.get(i), ends[i]))
                    .toList();
            return new Tensor(new Concatenate(k), parts);
        });
        map.assertLinear(seed);
        map.assertVjpIsAdjoint(seed);
        new LinearMap(map.from(), t -> map.graph().apply(t).minus(t)).assertZero(seed);
        // Each part alone goes to its own place: padding.
        Tensor rest = LinearMap.constant(shape, seed + 1).times(0);
        new LinearMap(
                        shape,
                        t -> Tensor.concatenate(k, List.of(rest, t, rest)).minus(t.pad(k, shape.dim(k), shape.dim(k))))
                .assertZero(seed);
    }

    @Property
    void pointwiseSumsAndReshaping(@ForAll("shapes") Shape shape, @ForAll long seed) {
        Tensor factor = LinearMap.constant(shape, seed + 1);
        for (LinearMap map : List.of(
                new LinearMap(shape, t -> t.plus(t.times(2))),
                new LinearMap(shape, t -> t.minus(t.negate().times(factor))),
                new LinearMap(shape, t -> t.reshape(-1)),
                new LinearMap(shape, t -> t.over(factor)),
                new LinearMap(shape, t -> Tensor.select(factor.lessThan(Tensor.scalar(0)), t, t.times(3))),
                new LinearMap(shape, t -> t.mean(0)))) {
            map.assertLinear(seed);
            map.assertVjpIsAdjoint(seed);
        }
    }
}
