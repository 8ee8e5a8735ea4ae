package scorefield.autodiff;

import static scorefield.autodiff.OpCase.Argument.bytes;
import static scorefield.autodiff.OpCase.Argument.distinct;
import static scorefield.autodiff.OpCase.Argument.indices;
import static scorefield.autodiff.OpCase.Argument.ints;
import static scorefield.autodiff.OpCase.Argument.nonzero;
import static scorefield.autodiff.OpCase.Argument.normal;
import static scorefield.autodiff.OpCase.Argument.positive;
import static scorefield.autodiff.OpCase.Argument.state;
import static scorefield.autodiff.OpCase.Argument.ties;
import static scorefield.autodiff.OpCase.rough;
import static scorefield.autodiff.OpCase.smooth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import scorefield.autodiff.OpCase.Argument;
import scorefield.autodiff.OpCase.Domain;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Conv2d;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.GroupNorm;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.autodiff.op.GroupNormScaleGradient;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.ScatterAdd;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Softmax;
import scorefield.autodiff.op.SoftmaxGradient;
import scorefield.autodiff.op.UpsampleBilinearGradient;

/**
 * Every op of {@link scorefield.autodiff.op}, over shapes that are easy to get wrong: extents of 1, 3 and 17, odd images, channel counts
 * that no block divides, and some that blocks do divide.
 */
public final class OpCases {

    private OpCases() {}

    /** All cases, by op. */
    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        cases.addAll(pointwise());
        cases.addAll(broadcasting());
        cases.addAll(composedPointwise());
        cases.addAll(reductions());
        cases.addAll(softmaxes());
        cases.addAll(movements());
        cases.addAll(tables());
        cases.addAll(random());
        cases.addAll(matrixProducts());
        cases.addAll(batchedMatrixProducts());
        cases.addAll(convolutions());
        cases.addAll(groupNorms());
        cases.addAll(resizing());
        cases.addAll(ownOps());
        cases.addAll(networks());
        return cases;
    }

    /** Those that are differentiable around their inputs. */
    public static List<OpCase> allSmooth() {
        return all().stream().filter(OpCase::smooth).toList();
    }

    /** An op applied to all inputs, in order. */
    private static Function<List<Tensor>, Tensor> apply(Op op) {
        return inputs -> new Tensor(op, inputs);
    }

    // ---- pointwise

    /** Where each function is differentiable, argument by argument. */
    private static final Map<Pointwise, List<Domain>> DOMAINS = new TreeMap<>();

    static {
        for (Pointwise f : List.of(Pointwise.ADD, Pointwise.SUBTRACT, Pointwise.MULTIPLY)) {
            DOMAINS.put(f, List.of(Domain.NORMAL, Domain.NORMAL));
        }
        for (Pointwise f : List.of(
                Pointwise.MAXIMUM, Pointwise.MINIMUM, Pointwise.LESS, Pointwise.LESS_OR_EQUAL, Pointwise.EQUAL)) {
            DOMAINS.put(f, List.of(Domain.EVEN, Domain.ODD));
        }
        for (Pointwise f : List.of(
                Pointwise.NEGATE,
                Pointwise.IS_FINITE,
                Pointwise.EXP,
                Pointwise.EXPM1,
                Pointwise.SIN,
                Pointwise.COS,
                Pointwise.TANH,
                Pointwise.SIGMOID,
                Pointwise.SOFTPLUS)) {
            DOMAINS.put(f, List.of(Domain.NORMAL));
        }
        DOMAINS.put(Pointwise.DIVIDE, List.of(Domain.NORMAL, Domain.NONZERO));
        DOMAINS.put(Pointwise.POWER, List.of(Domain.POSITIVE, Domain.NORMAL));
        DOMAINS.put(Pointwise.ABS, List.of(Domain.NONZERO));
        DOMAINS.put(Pointwise.SIGN, List.of(Domain.NONZERO));
        DOMAINS.put(Pointwise.LOG, List.of(Domain.POSITIVE));
        DOMAINS.put(Pointwise.SQRT, List.of(Domain.POSITIVE));
        DOMAINS.put(Pointwise.SELECT, List.of(Domain.ODD, Domain.NORMAL, Domain.NORMAL));
    }

    private static OpCase pointwise(Pointwise f, List<Domain> domains, boolean smooth, Shape shape) {
        return new OpCase(
                f.label() + " " + domains + " " + shape,
                domains.stream().map(domain -> Argument.of(domain, shape)).toList(),
                apply(f),
                smooth);
    }

    private static List<OpCase> pointwise() {
        List<OpCase> cases = new ArrayList<>();
        DOMAINS.forEach((f, domains) -> {
            cases.add(pointwise(f, domains, true, Shape.of(17)));
            cases.add(pointwise(f, domains, true, Shape.of(3, 5, 7)));
        });
        cases.add(pointwise(Pointwise.ADD, DOMAINS.get(Pointwise.ADD), true, Shape.SCALAR));
        cases.add(pointwise(Pointwise.EXP, DOMAINS.get(Pointwise.EXP), true, Shape.of(1, 1)));
        cases.add(pointwise(Pointwise.MULTIPLY, DOMAINS.get(Pointwise.MULTIPLY), true, Shape.of(4099)));
        cases.add(pointwise(Pointwise.SIGMOID, DOMAINS.get(Pointwise.SIGMOID), true, Shape.of(2, 28, 28, 16)));
        for (Pointwise f : List.of(
                Pointwise.MAXIMUM, Pointwise.MINIMUM, Pointwise.LESS, Pointwise.LESS_OR_EQUAL, Pointwise.EQUAL)) {
            cases.add(pointwise(f, List.of(Domain.TIES, Domain.TIES), false, Shape.of(65)));
        }
        DOMAINS.forEach((f, domains) -> {
            if (f != Pointwise.POWER) { // C's pow makes an exception of 1 to the power of NaN, and Java's does not
                cases.add(pointwise(f, Collections.nCopies(domains.size(), Domain.SPECIAL), false, Shape.of(65)));
            }
        });
        cases.add(pointwise(Pointwise.SIGN, List.of(Domain.TIES), false, Shape.of(33)));
        cases.add(pointwise(Pointwise.ABS, List.of(Domain.TIES), false, Shape.of(33)));
        cases.add(pointwise(Pointwise.SELECT, List.of(Domain.MASK, Domain.NORMAL, Domain.NORMAL), false, Shape.of(33)));
        for (Pointwise f :
                List.of(Pointwise.TANH, Pointwise.SIGMOID, Pointwise.SOFTPLUS, Pointwise.SIGN, Pointwise.IS_FINITE)) {
            cases.add(pointwise(f, List.of(Domain.EXTREME), false, Shape.of(33)));
        }
        return cases;
    }

    private static List<OpCase> broadcasting() {
        return List.of(
                smooth("plus a row", in -> in.get(0).plus(in.get(1)), normal(5, 7), normal(7)),
                smooth("times a column", in -> in.get(0).times(in.get(1)), normal(5, 7), normal(5, 1)),
                smooth("over a scalar", in -> in.get(0).over(in.get(1)), normal(3, 5), nonzero()),
                smooth("outer difference", in -> in.get(0).minus(in.get(1)), normal(17, 1), normal(1, 3)),
                smooth(
                        "outer product of images",
                        in -> in.get(0).times(in.get(1)),
                        normal(2, 1, 5, 1),
                        normal(3, 1, 4)),
                smooth("a scalar to a power", in -> in.get(0).pow(in.get(1)), positive(), normal(3, 5)),
                smooth(
                        "select broadcast",
                        in -> Tensor.select(in.get(0).lessThan(in.get(1)), in.get(2), in.get(3)),
                        Argument.of(Domain.EVEN, Shape.of(5, 1)),
                        Argument.of(Domain.ODD, Shape.of(7)),
                        normal(3, 1, 1),
                        normal()),
                smooth("broadcast a row", apply(new Broadcast(Shape.of(3, 5, 7))), normal(7)),
                smooth("broadcast a column", apply(new Broadcast(Shape.of(3, 5, 7))), normal(5, 1)),
                smooth("broadcast a scalar", apply(new Broadcast(Shape.of(17))), normal()),
                smooth("broadcast inner axes", apply(new Broadcast(Shape.of(2, 3, 4, 5))), normal(1, 3, 1, 5)),
                smooth("broadcast channels", apply(new Broadcast(Shape.of(2, 7, 7, 32))), normal(32)),
                smooth("broadcast to the same shape", apply(new Broadcast(Shape.of(3, 5))), normal(3, 5)),
                smooth("broadcast 1 to 1×1", apply(new Broadcast(Shape.of(1, 1))), normal(1)));
    }

    private static List<OpCase> composedPointwise() {
        return List.of(
                smooth("silu", in -> in.get(0).silu(), normal(3, 17)),
                smooth("elu", in -> in.get(0).elu(), nonzero(3, 17)),
                smooth("relu", in -> in.get(0).relu(), nonzero(3, 17)),
                smooth("square", in -> in.get(0).square(), normal(17)),
                smooth("constant powers", in -> in.get(0).pow(3).plus(in.get(0).pow(-1.5)), positive(17)),
                smooth(
                        "whole powers of any sign",
                        in -> in.get(0)
                                .pow(3)
                                .plus(in.get(0).pow(2))
                                .plus(in.get(0).pow(-2)),
                        nonzero(17)),
                smooth(
                        "maximum and minimum with numbers",
                        in -> in.get(0).maximum(-1.0).minimum(0.75),
                        distinct(33)),
                smooth(
                        "greater than",
                        in -> in.get(0).greaterThan(in.get(1)).times(in.get(0)),
                        distinct(17),
                        Argument.of(Domain.EVEN, Shape.SCALAR)),
                smooth(
                        "the same tensor three times",
                        in -> in.get(0).times(in.get(0)).plus(in.get(0)),
                        normal(17)),
                smooth(
                        "a quotient of exponentials",
                        in -> {
                            Tensor e = in.get(0).exp();
                            return e.over(e.sumKeep(1));
                        },
                        normal(3, 17)),
                smooth(
                        "a long chain",
                        in -> in.get(0)
                                .times(2)
                                .sin()
                                .plus(in.get(1))
                                .tanh()
                                .softplus()
                                .log()
                                .times(in.get(1).cos())
                                .minus(0.5)
                                .sigmoid(),
                        normal(5, 13),
                        normal(13)),
                rough(
                        "elu and relu at their kink",
                        in -> in.get(0).elu().plus(in.get(0).relu()),
                        ties(33)),
                rough(
                        "elu, relu and silu of specials",
                        in -> Tensor.concatenate(
                                0,
                                List.of(
                                        in.get(0).elu(),
                                        in.get(0).relu(),
                                        in.get(0).silu())),
                        special(65)),
                rough("elu far out", in -> in.get(0).elu(), Argument.of(Domain.EXTREME, Shape.of(33))));
    }

    private static Argument special(int... dims) {
        return Argument.of(Domain.SPECIAL, Shape.of(dims));
    }

    // ---- reductions

    private static List<OpCase> reductions() {
        List<OpCase> cases = new ArrayList<>();
        for (int[] axes : new int[][] {{0}, {1}, {2}, {0, 1}, {0, 2}, {1, 2}, {0, 1, 2}, {}}) {
            String name = " of 3×5×7 over " + Arrays.toString(axes);
            cases.add(smooth("sum" + name, in -> in.get(0).sumKeep(axes), normal(3, 5, 7)));
            cases.add(smooth("max" + name, in -> in.get(0).max(axes), distinct(3, 5, 7)));
        }
        cases.add(smooth("sum of a scalar", in -> in.get(0).sum(), normal()));
        cases.add(smooth("sum of one number", in -> in.get(0).sum(0), normal(1)));
        cases.add(smooth("sum of many numbers", in -> in.get(0).sum(), normal(4099)));
        cases.add(smooth("sum of long rows", in -> in.get(0).sum(1), normal(3, 1031)));
        cases.add(smooth("sum of long columns", in -> in.get(0).sum(0), normal(1031, 3)));
        cases.add(smooth("sum of a batch to channels", in -> in.get(0).sum(0, 1, 2), normal(3, 14, 14, 33)));
        cases.add(smooth("sum of pixels", in -> in.get(0).sum(1, 2), normal(2, 28, 28, 16)));
        cases.add(smooth("sum over axes of extent 1", in -> in.get(0).sum(0, 2), normal(1, 5, 1)));
        cases.add(smooth("mean", in -> in.get(0).mean(), normal(3, 17)));
        cases.add(smooth("mean over the last axis", in -> in.get(0).mean(-1), normal(3, 17)));
        cases.add(smooth(
                "variance",
                in -> in.get(0).minus(in.get(0).meanKeep(0, 2)).square().mean(0, 2),
                normal(3, 5, 7)));
        cases.add(smooth(
                "sum of squares of a chain", in -> in.get(0).sin().square().sum(), normal(7, 33)));
        cases.add(smooth("max of many numbers", in -> in.get(0).max(), distinct(1031)));
        cases.add(smooth("max of a scalar", in -> in.get(0).max(), normal()));
        cases.add(rough("max with ties", in -> in.get(0).max(1), ties(7, 33)));
        cases.add(rough(
                "sum and max of specials", in -> in.get(0).sum(1).plus(in.get(0).max(1)), special(33, 3)));
        cases.add(rough(
                "sum and max of long rows of specials",
                in -> in.get(0).sum(1).plus(in.get(0).max(1)),
                special(3, 48)));
        cases.add(rough("max of equal numbers", in -> in.get(0).times(0).max(), ties(3, 5)));
        return cases;
    }

    private static List<OpCase> softmaxes() {
        List<OpCase> cases = new ArrayList<>();
        int[][] shapes = {{1}, {17}, {3, 1}, {3, 17}, {17, 3}, {3, 5, 7}, {2, 1, 33}, {3, 1031}, {1031, 3}};
        for (int[] shape : shapes) {
            for (int axis = 0; axis < shape.length; axis++) {
                int along = axis;
                String name = " of " + Shape.of(shape) + " along " + axis;
                cases.add(smooth("Softmax" + name, apply(new Softmax(axis)), normal(shape)));
                cases.add(smooth(
                        "SoftmaxGradient" + name, apply(new SoftmaxGradient(axis)), normal(shape), normal(shape)));
                cases.add(smooth("LogSumExp" + name, in -> in.get(0).logSumExp(along), normal(shape)));
            }
        }
        cases.add(smooth("softmax far from 0", in -> in.get(0).plus(1000).softmax(1), normal(3, 17)));
        cases.add(smooth("log-sum-exp far from 0", in -> in.get(0).minus(1000).logSumExp(1), normal(3, 17)));
        cases.add(rough("softmax far out", in -> in.get(0).softmax(-1), Argument.of(Domain.EXTREME, Shape.of(5, 33))));
        cases.add(rough(
                "log-sum-exp far out", in -> in.get(0).logSumExp(0), Argument.of(Domain.EXTREME, Shape.of(33, 5))));
        cases.add(smooth("softmax of ties", in -> in.get(0).softmax(0), ties(7, 33)));
        cases.add(smooth("log-sum-exp of ties", in -> in.get(0).logSumExp(0), ties(7, 33)));
        cases.add(smooth(
                "cross entropy",
                in -> in.get(0)
                        .logSumExp(1)
                        .minus(in.get(0).times(in.get(1)).sum(1))
                        .mean(),
                normal(5, 17),
                Argument.of(Domain.MASK, Shape.of(5, 17))));
        return cases;
    }

    // ---- movement

    private static List<OpCase> movements() {
        return List.of(
                smooth("reshape", in -> in.get(0).reshape(5, -1), normal(3, 5, 7)),
                smooth("reshape to a scalar", in -> in.get(0).reshape(Shape.SCALAR), normal(1, 1)),
                smooth("reshape amid a chain", in -> in.get(0).exp().reshape(35).sin(), normal(5, 7)),
                smooth("copy", in -> in.get(0).copy().times(in.get(0)), normal(3, 5)),
                smooth("transpose 3×5", in -> in.get(0).transpose(1, 0), normal(3, 5)),
                smooth("transpose 33×65", in -> in.get(0).transpose(1, 0), normal(33, 65)),
                smooth("transpose 1×17", in -> in.get(0).transpose(1, 0), normal(1, 17)),
                smooth("transpose NHWC to NCHW", in -> in.get(0).transpose(0, 3, 1, 2), normal(2, 3, 5, 7)),
                smooth("transpose four axes", in -> in.get(0).transpose(3, 1, 0, 2), normal(2, 3, 5, 7)),
                smooth("transpose nothing", in -> in.get(0).transpose(0, 1), normal(3, 5)),
                smooth("slice of rows", in -> in.get(0).slice(0, 1, 3), normal(4, 5, 7)),
                smooth("slice of channels", in -> in.get(0).slice(-1, 2, 5), normal(4, 5, 7)),
                smooth("slice of one", in -> in.get(0).slice(1, 4, 5), normal(4, 5, 7)),
                smooth("slice of everything", apply(new Slice(1, 0, 5)), normal(3, 5)),
                smooth("pad before", in -> in.get(0).pad(0, 3, 0), normal(2, 5)),
                smooth("pad after", in -> in.get(0).pad(1, 0, 2), normal(2, 5, 3)),
                smooth("pad both", in -> in.get(0).pad(-1, 1, 17), normal(2, 3, 5)),
                smooth("pad nothing", apply(new Pad(0, 0, 0)), normal(3, 5)),
                smooth("concatenate rows", in -> Tensor.concatenate(0, in), normal(1, 5), normal(3, 5), normal(2, 5)),
                smooth("concatenate channels", in -> Tensor.concatenate(-1, in), normal(2, 3, 5), normal(2, 3, 17)),
                smooth("concatenate inner axes", in -> Tensor.concatenate(1, in), normal(2, 3, 5), normal(2, 1, 5)),
                smooth("concatenate one", apply(new Concatenate(0)), normal(3, 5)),
                smooth(
                        "concatenate a tensor with itself",
                        in -> Tensor.concatenate(0, List.of(in.get(0), in.get(0).sin(), in.get(0))),
                        normal(3, 5)),
                smooth(
                        "concatenate computed blocks",
                        in -> Tensor.concatenate(
                                3, List.of(in.get(0).silu(), in.get(1).exp())),
                        normal(2, 7, 7, 16),
                        normal(2, 7, 7, 32)),
                smooth(
                        "overlapping slices",
                        in -> in.get(0).slice(0, 0, 4).times(in.get(0).slice(0, 3, 7)),
                        normal(7, 3)));
    }

    // ---- tables, types

    private static List<OpCase> tables() {
        return List.of(
                smooth("gather", in -> in.get(0).gather(in.get(1)), normal(5, 3), indices(7, 5)),
                smooth("gather numbers", in -> in.get(0).gather(in.get(1)), normal(5), indices(3, 5)),
                smooth("gather images", in -> in.get(0).gather(in.get(1)), normal(3, 5, 4, 1), indices(17, 3)),
                smooth("gather one row", in -> in.get(0).gather(in.get(1)), normal(1, 17), indices(1, 1)),
                smooth("scatter-add", in -> in.get(0).scatterAdd(in.get(1), 5), normal(7, 3), indices(7, 5)),
                smooth("scatter-add numbers", in -> in.get(0).scatterAdd(in.get(1), 17), normal(3), indices(3, 17)),
                smooth("scatter-add into one row", apply(new ScatterAdd(1)), normal(33, 3), indices(33, 1)),
                smooth("toFloat of FLOAT", in -> in.get(0).toFloat().times(2), normal(3, 5)),
                rough("toFloat of BYTE", in -> in.get(0).toFloat(), bytes(3, 17)),
                rough("toFloat of INT", in -> in.get(0).toFloat(), ints(3, 17)),
                rough("dequantise", in -> in.get(0).toFloat().over(255), bytes(2, 5, 7, 3)),
                rough(
                        "gather bytes",
                        in -> in.get(0).gather(in.get(1)).reshape(17, 15).toFloat(),
                        bytes(5, 5, 3),
                        indices(17, 5)),
                rough(
                        "gather and slice INT",
                        in -> in.get(0).gather(in.get(1)).slice(1, 1, 3).toFloat(),
                        ints(5, 3),
                        indices(4, 5)));
    }

    private static List<OpCase> random() {
        return List.of(
                rough("one normal number", in -> Tensor.randomNormal(Shape.SCALAR, in.get(0), 0), state()),
                rough("normal numbers", in -> Tensor.randomNormal(Shape.of(3, 5, 7), in.get(0), 3), state()),
                rough("many normal numbers", in -> Tensor.randomNormal(Shape.of(4099), in.get(0), 1), state()),
                rough("uniform numbers", in -> Tensor.randomUniform(Shape.of(17), in.get(0), 2), state()),
                rough("a part's normal numbers", in -> Tensor.randomNormal(Shape.of(30, 7), in.get(0), 3), ints(5)),
                rough("a part's uniform numbers", in -> Tensor.randomUniform(Shape.of(1025, 3), in.get(0), 1), ints(5)),
                rough("a part's single number", in -> Tensor.randomUniform(Shape.of(1, 1), in.get(0), 1), ints(5)),
                rough("many uniform numbers", in -> Tensor.randomUniform(Shape.of(1025, 3), in.get(0), 0), state()),
                smooth(
                        "perturbed",
                        in -> in.get(0)
                                .plus(Tensor.randomNormal(Shape.of(3, 5), in.get(2), 0)
                                        .times(in.get(1)))
                                .square(),
                        normal(3, 5),
                        positive(3, 1),
                        state()));
    }

    // ---- linear algebra and images

    private static List<OpCase> matrixProducts() {
        List<OpCase> cases = new ArrayList<>();
        int[][] sizes = {{1, 1, 1}, {3, 17, 5}, {17, 1, 3}, {1, 65, 1}, {16, 32, 64}, {33, 47, 31}};
        for (int[] size : sizes) {
            for (int flags = 0; flags < 4; flags++) {
                MatMul op = new MatMul(flags % 2 == 1, flags / 2 == 1);
                int m = size[0];
                int k = size[1];
                int n = size[2];
                cases.add(smooth(
                        op + " M=" + m + " K=" + k + " N=" + n,
                        apply(op),
                        op.transposeA() ? normal(k, m) : normal(m, k),
                        op.transposeB() ? normal(n, k) : normal(k, n)));
            }
        }
        cases.add(smooth("a matrix times itself", in -> in.get(0).matmul(in.get(0)), normal(5, 5)));
        cases.add(smooth("a Gram matrix", in -> in.get(0).matmul(in.get(0), true, false), normal(7, 5)));
        return cases;
    }

    private static List<OpCase> batchedMatrixProducts() {
        List<OpCase> cases = new ArrayList<>();
        int[][] sizes = {{1, 1, 1}, {3, 17, 5}, {17, 1, 3}, {1, 33, 1}, {16, 32, 8}, {9, 3, 37}};
        for (int[] size : sizes) {
            for (int flags = 0; flags < 4; flags++) {
                MatMul op = new MatMul(flags % 2 == 1, flags / 2 == 1);
                int m = size[0];
                int k = size[1];
                int n = size[2];
                cases.add(smooth(
                        "3 times " + op + " M=" + m + " K=" + k + " N=" + n,
                        apply(op),
                        op.transposeA() ? normal(3, k, m) : normal(3, m, k),
                        op.transposeB() ? normal(3, n, k) : normal(3, k, n)));
            }
        }
        cases.add(smooth("a batch of one product", apply(new MatMul(false, false)), normal(1, 3, 5), normal(1, 5, 7)));
        cases.add(smooth("long sums", apply(new MatMul(false, false)), normal(2, 3, 300), normal(2, 300, 5)));
        cases.add(smooth("two batch axes", apply(new MatMul(false, true)), normal(2, 3, 5, 7), normal(2, 3, 1, 7)));
        cases.add(smooth(
                "batch axes that broadcast", in -> in.get(0).matmul(in.get(1)), normal(2, 1, 3, 5), normal(3, 5, 7)));
        cases.add(smooth("rows times one matrix", in -> in.get(0).matmul(in.get(1)), normal(2, 3, 5), normal(5, 7)));
        cases.add(smooth(
                "one matrix times a batch",
                in -> in.get(0).matmul(in.get(1), true, false),
                normal(5, 3),
                normal(2, 5, 7)));
        cases.add(smooth("each matrix times itself", in -> in.get(0).matmul(in.get(0), false, true), normal(2, 3, 5)));
        cases.add(smooth(
                "attention",
                in -> in.get(0)
                        .matmul(in.get(1), false, true)
                        .times(1 / Math.sqrt(5))
                        .softmax(-1)
                        .matmul(in.get(2)),
                normal(2, 7, 5),
                normal(2, 9, 5),
                normal(2, 9, 3)));
        return cases;
    }

    /** One convolution: N H W Cin, Cout kh kw, stride, padding. */
    private record Geometry(int n, int h, int w, int in, int out, int kh, int kw, int stride, int padding) {

        Argument x() {
            return normal(n, h, w, in);
        }

        Argument weights() {
            return normal(kh, kw, in, out);
        }

        Argument g() {
            return Argument.of(
                    Domain.NORMAL,
                    new Conv2d(stride, padding)
                            .shape(List.of(
                                    Tensor.input("x", x().shape()),
                                    Tensor.input("w", weights().shape()))));
        }
    }

    private static final List<Geometry> GEOMETRIES = List.of(
            new Geometry(1, 1, 1, 1, 1, 1, 1, 1, 0),
            new Geometry(1, 3, 3, 1, 1, 3, 3, 1, 1),
            new Geometry(2, 5, 7, 3, 17, 3, 3, 1, 1),
            new Geometry(1, 7, 5, 17, 3, 3, 3, 2, 1),
            new Geometry(3, 4, 3, 1, 5, 2, 3, 1, 0),
            new Geometry(1, 9, 8, 2, 3, 5, 5, 2, 2),
            new Geometry(1, 8, 8, 3, 4, 3, 3, 3, 0), // the last two rows and columns are never seen
            new Geometry(1, 2, 2, 3, 5, 3, 3, 1, 2), // images smaller than the weights, some results see padding alone
            new Geometry(2, 5, 5, 4, 6, 1, 1, 2, 0), // a stride beyond the kernel: pixels in between are never seen
            new Geometry(2, 6, 5, 3, 2, 1, 1, 1, 0),
            new Geometry(1, 6, 5, 2, 3, 4, 2, 2, 1),
            new Geometry(1, 28, 28, 1, 32, 3, 3, 1, 1),
            new Geometry(1, 28, 28, 32, 1, 3, 3, 1, 1),
            new Geometry(1, 28, 28, 16, 32, 3, 3, 1, 1),
            new Geometry(2, 7, 7, 64, 64, 3, 3, 1, 1),
            new Geometry(3, 14, 14, 48, 32, 1, 1, 1, 0),
            new Geometry(1, 14, 14, 32, 64, 3, 3, 2, 1),
            new Geometry(1, 13, 11, 33, 34, 3, 3, 1, 1),
            new Geometry(1, 15, 13, 20, 17, 3, 3, 1, 1));

    private static List<OpCase> convolutions() {
        List<OpCase> cases = new ArrayList<>();
        for (Geometry a : GEOMETRIES) {
            Conv2d forward = new Conv2d(a.stride, a.padding);
            Conv2dInputGradient input = new Conv2dInputGradient(a.stride, a.padding, a.x().shape());
            Conv2dWeightGradient weight =
                    new Conv2dWeightGradient(a.stride, a.padding, a.weights().shape());
            cases.add(smooth("Conv2d " + a, apply(forward), a.x(), a.weights()));
            cases.add(smooth("Conv2dInputGradient " + a, apply(input), a.g(), a.weights()));
            cases.add(smooth("Conv2dWeightGradient " + a, apply(weight), a.x(), a.g()));
        }
        cases.add(smooth(
                "a convolution of a tensor by itself", in -> in.get(0).conv2d(in.get(0), 1, 1), normal(3, 3, 3, 3)));
        return cases;
    }

    private static List<OpCase> groupNorms() {
        List<OpCase> cases = new ArrayList<>();
        // N H W C groups
        int[][] sizes = {
            {1, 1, 1, 1, 1},
            {2, 3, 5, 6, 2},
            {1, 3, 3, 3, 3},
            {3, 5, 7, 17, 1},
            {1, 3, 5, 17, 17},
            {2, 7, 7, 32, 8},
            {1, 28, 28, 16, 4},
            {1, 14, 14, 64, 16}
        };
        for (int[] d : sizes) {
            for (boolean silu : new boolean[] {false, true}) {
                String name =
                        " " + Shape.of(d[0], d[1], d[2], d[3]) + " in " + d[4] + " groups" + (silu ? ", SiLU" : "");
                Argument x = normal(d[0], d[1], d[2], d[3]);
                Argument c = normal(d[3]);
                cases.add(smooth("GroupNorm" + name, apply(new GroupNorm(d[4], 1e-2, silu)), x, c, c));
                if (d[1] * d[2] > 100) {
                    continue; // the derivatives of the cases above come to these two ops as well
                }
                cases.add(smooth(
                        "GroupNormInputGradient" + name,
                        apply(new GroupNormInputGradient(d[4], 1e-2, silu)),
                        x,
                        c,
                        c,
                        x));
                cases.add(smooth(
                        "GroupNormScaleGradient" + name,
                        apply(new GroupNormScaleGradient(d[4], 1e-2, silu)),
                        x,
                        c,
                        c,
                        x));
            }
        }
        cases.add(smooth(
                "group norm of an offset far above its deviation",
                in -> in.get(0).plus(100).groupNormSilu(in.get(1), in.get(2), 2, 1e-5),
                normal(2, 5, 5, 6),
                normal(6),
                normal(6)));
        cases.add(smooth(
                "group norm with scale for shift",
                in -> in.get(0).groupNorm(in.get(1), in.get(1), 1, 1e-5),
                normal(2, 3, 3, 5),
                normal(5)));
        return cases;
    }

    private static List<OpCase> resizing() {
        List<OpCase> cases = new ArrayList<>();
        // N H W C factor
        int[][] sizes = {
            {1, 1, 1, 1, 2}, {2, 3, 5, 3, 2}, {1, 5, 1, 17, 3}, {1, 2, 3, 1, 4}, {2, 7, 7, 32, 2}, {1, 14, 14, 16, 2}
        };
        for (int[] d : sizes) {
            int f = d[4];
            Argument small = normal(d[0], d[1], d[2], d[3]);
            Argument large = normal(d[0], d[1] * f, d[2] * f, d[3]);
            String name = " " + small.shape() + " ×" + f;
            cases.add(smooth("UpsampleNearest" + name, in -> in.get(0).upsampleNearest(f), small));
            cases.add(smooth("SumPool" + name, in -> in.get(0).sumPool(f), large));
            cases.add(smooth("average pool" + name, in -> in.get(0).averagePool(f), large));
            cases.add(smooth("UpsampleBilinear" + name, in -> in.get(0).upsampleBilinear(f), small));
            cases.add(smooth("UpsampleBilinearGradient" + name, apply(new UpsampleBilinearGradient(f)), large));
        }
        return cases;
    }

    // ---- an op of one's own

    /** √(a² + b²): an op outside the library, with the least that an op needs to run on every device. */
    private record Hypotenuse() implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            floats(inputs, 2);
            return Shape.broadcast(label(), inputs.get(0).shape(), inputs.get(1).shape());
        }

        @Override
        public Optional<Tensor> lowered(Tensor node) {
            return Optional.of(
                    node.input(0).square().plus(node.input(1).square()).sqrt());
        }
    }

    private static List<OpCase> ownOps() {
        return List.of(
                smooth("an op of one's own", apply(new Hypotenuse()), nonzero(3, 17), nonzero(17)),
                smooth(
                        "an op of one's own, of one tensor twice",
                        in -> new Tensor(new Hypotenuse(), List.of(in.get(0), in.get(0))).times(in.get(0)),
                        nonzero(17)),
                smooth(
                        "an op of one's own, of a tensor and what is computed from it",
                        in -> new Tensor(
                                        new Hypotenuse(),
                                        List.of(in.get(0).exp(), in.get(0).exp().sin()))
                                .times(in.get(0)),
                        normal(3, 5)));
    }

    // ---- several ops together

    private static List<OpCase> networks() {
        return List.of(
                smooth(
                        "a residual block",
                        in -> {
                            Tensor x = in.get(0);
                            Tensor h = x.groupNormSilu(in.get(1), in.get(2), 2, 1e-5)
                                    .conv2d(in.get(3), 1, 1)
                                    .plus(in.get(4));
                            return h.plus(x).averagePool(2).upsampleNearest(2);
                        },
                        normal(2, 4, 6, 4),
                        normal(4),
                        normal(4),
                        normal(3, 3, 4, 4),
                        normal(4)),
                smooth(
                        "a gradient penalty",
                        in -> {
                            Tensor y = in.get(0).matmul(in.get(1)).tanh().sum();
                            Tensor gradient = Gradients.of(y, in.get(0));
                            return gradient.square().sum(1).sqrt();
                        },
                        normal(3, 5),
                        normal(5, 7)),
                smooth(
                        "denoising score matching",
                        in -> {
                            Tensor z = Tensor.randomNormal(Shape.of(3, 5), in.get(2), 0);
                            Tensor score = in.get(0)
                                    .plus(z.times(0.5))
                                    .matmul(in.get(1))
                                    .softplus()
                                    .matmul(in.get(1), false, true)
                                    .over(0.5);
                            return score.times(0.5).plus(z).square().sum().over(6);
                        },
                        normal(3, 5),
                        normal(5, 17),
                        state()));
    }
}
