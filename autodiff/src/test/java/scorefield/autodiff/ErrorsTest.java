package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Conv2dInputGradient;
import scorefield.autodiff.op.Conv2dWeightGradient;
import scorefield.autodiff.op.Gather;
import scorefield.autodiff.op.GroupNormInputGradient;
import scorefield.autodiff.op.GroupNormScaleGradient;
import scorefield.autodiff.op.LogSumExp;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Max;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Softmax;
import scorefield.autodiff.op.Sum;
import scorefield.autodiff.op.ToFloat;
import scorefield.autodiff.op.UpsampleBilinearGradient;

/** An error names the op, shows the shapes, says what was expected, and is thrown where the mistake is made. */
class ErrorsTest {

    private static Tensor x(int... dims) {
        return Tensor.input("x", Shape.of(dims));
    }

    private static Tensor index(int... dims) {
        return Tensor.input("i", Shape.of(dims), DType.INT);
    }

    private static Arguments error(Supplier<Tensor> mistake, String... parts) {
        return Arguments.of(String.join(" … ", parts), mistake, List.of(parts));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                error(() -> x(2, 3).plus(x(4)), "add", "2×3", "4"),
                error(() -> new Tensor(Pointwise.ADD, List.of(x(2), x(3))), "add", "equal shape", "FLOAT 2", "FLOAT 3"),
                error(() -> new Tensor(Pointwise.EXP, List.of()), "exp", "1 FLOAT input"),
                error(() -> index(3).exp(), "exp", "1 FLOAT input", "INT 3"),
                error(() -> Tensor.select(x(2), x(3), x(4)), "select", "3", "4"),
                error(() -> x(2, 3).sum(2), "Sum", "2×3", "axis 2"),
                error(() -> x(2, 3).mean(-3), "Sum", "2×3", "axis -3"),
                error(() -> x(2, 3).max(2), "Max", "2×3", "axis 2"),
                error(() -> new Tensor(new Sum(List.of(-1)), List.of(x(2))), "Sum", "axis -1", "FLOAT 2"),
                error(() -> new Tensor(new Max(List.of(1)), List.of(x(2))), "Max", "axis 1", "FLOAT 2"),
                error(() -> x(2, 3).broadcastTo(Shape.of(3, 3)), "Broadcast", "2×3", "3×3"),
                error(() -> x(2, 3).broadcastTo(Shape.of(3)), "Broadcast", "2×3", "3"),
                error(() -> x(1, 3).broadcastTo(Shape.of(1, 1)), "Broadcast", "1×3", "1×1"),
                error(() -> new Tensor(new Broadcast(Shape.of(2)), List.of(index(1))), "Broadcast", "FLOAT", "INT 1"),
                error(() -> x(2, 3).reshape(7), "Reshape", "2×3", "7"),
                error(() -> x(2, 3).reshape(4, -1), "Reshape", "2×3", "[4, -1]"),
                error(() -> x(2, 3).transpose(0, 0), "Transpose", "[0, 0]", "2×3"),
                error(() -> x(2, 3).transpose(0), "Transpose", "[0]", "2×3"),
                error(() -> x(2, 3).slice(1, 2, 4), "Slice", "2 to 4", "axis 1", "2×3"),
                error(() -> x(2, 3).slice(1, 2, 2), "Slice", "2 to 2", "2×3"),
                error(() -> x(2, 3).slice(2, 0, 1), "Slice", "axis 2", "2×3"),
                error(() -> new Tensor(new Slice(-1, 0, 1), List.of(x(2))), "Slice", "axis -1", "FLOAT 2"),
                error(() -> new Tensor(new Slice(0, 0, 1), List.of()), "Slice", "one input"),
                error(() -> x(2, 3).pad(1, -1, 0), "Pad", "-1", "2×3"),
                error(() -> x(2, 3).pad(2, 1, 0), "Pad", "axis 2", "2×3"),
                error(() -> new Tensor(new Pad(-1, 1, 1), List.of(x(2))), "Pad", "axis -1", "FLOAT 2"),
                error(() -> Tensor.concatenate(0, List.of()), "Concatenate", "at least one"),
                error(() -> Tensor.concatenate(0, List.of(x(2, 3), x(2, 4))), "Concatenate", "2×3", "2×4", "axis 0"),
                error(() -> Tensor.concatenate(2, List.of(x(2, 3), x(2, 3))), "Concatenate", "2×3", "axis 2"),
                error(() -> new Tensor(new Concatenate(-1), List.of(x(2))), "Concatenate", "axis -1", "FLOAT 2"),
                error(() -> new Tensor(new Concatenate(0), List.of()), "Concatenate", "at least one"),
                error(() -> x(2, 3).gather(x(2)), "Gather", "INT indices", "FLOAT 2×3", "FLOAT 2"),
                error(() -> new Tensor(new Gather(), List.of(x(2))), "Gather", "FLOAT 2"),
                error(() -> x(2, 3).scatterAdd(index(3), 5), "ScatterAdd", "as many INT indices", "2×3", "INT 3"),
                error(() -> x(2, 3).scatterAdd(index(2), 0), "ScatterAdd", "0 rows", "2×3"),
                error(() -> new Tensor(new ToFloat(), List.of()), "ToFloat", "one input"),
                error(() -> Tensor.randomNormal(Shape.of(3), index(3), 0), "Random", "INT[4]", "INT 3"),
                error(() -> Tensor.randomUniform(Shape.of(3), x(4), 0), "Random", "INT[4]", "FLOAT 4"),
                error(() -> x(2, 3).matmul(x(2, 3)), "MatMul", "inner", "FLOAT 2×3, FLOAT 2×3"),
                error(() -> x(2, 3).matmul(x(3)), "MatMul", "2×3", "FLOAT 3"),
                error(() -> x(2, 3, 4).matmul(x(2, 3, 4)), "MatMul", "inner", "FLOAT 2×3×4, FLOAT 2×3×4"),
                error(() -> x(2, 3, 4).matmul(x(5, 4, 3)), "MatMul", "2×1×1", "5×1×1", "do not broadcast"),
                error(
                        () -> new Tensor(new MatMul(false, false), List.of(x(2, 3, 4), x(1, 4, 3))),
                        "MatMul",
                        "batches",
                        "FLOAT 2×3×4, FLOAT 1×4×3"),
                error(() -> x(2, 3).softmax(2), "Softmax", "no axis 2", "2×3"),
                error(() -> x(2, 3).logSumExp(-3), "LogSumExp", "no axis -3", "2×3"),
                error(() -> new Tensor(new Softmax(-1), List.of(x(2, 3))), "Softmax", "no axis -1", "FLOAT 2×3"),
                error(() -> new Tensor(new LogSumExp(0), List.of(x())), "LogSumExp", "no axis 0", "FLOAT scalar"),
                error(() -> new Tensor(new LogSumExp(0), List.of(index(3))), "LogSumExp", "1 FLOAT input", "INT 3"),
                error(() -> x(1, 5, 5, 3).conv2d(x(3, 3, 4, 8), 1, 1), "Conv2d", "1×5×5×3", "3×3×4×8"),
                error(() -> x(1, 5, 5, 3).conv2d(x(3, 3, 3, 8), 0, 1), "Conv2d", "stride 0", "padding 1"),
                error(() -> x(1, 2, 5, 3).conv2d(x(3, 3, 3, 8), 1, 0), "Conv2d", "1×2×5×3", "padding 0"),
                error(() -> x(5, 5, 3).conv2d(x(3, 3, 3, 8), 1, 0), "Conv2d", "N×H×W×C", "5×5×3"),
                error(
                        () -> new Tensor(
                                new Conv2dInputGradient(1, 1, Shape.of(1, 5, 5, 3)),
                                List.of(x(1, 4, 5, 8), x(3, 3, 3, 8))),
                        "Conv2dInputGradient",
                        "1×5×5×3",
                        "stride 1",
                        "1×4×5×8"),
                error(
                        () -> new Tensor(
                                new Conv2dWeightGradient(2, 1, Shape.of(3, 3, 3, 8)),
                                List.of(x(1, 5, 5, 3), x(1, 5, 5, 8))),
                        "Conv2dWeightGradient",
                        "3×3×3×8",
                        "stride 2",
                        "1×5×5×8"),
                error(() -> x(1, 2, 2, 6).groupNorm(x(6), x(6), 4, 1e-5), "GroupNorm", "4 groups", "1×2×2×6"),
                error(() -> x(1, 2, 2, 6).groupNorm(x(5), x(6), 3, 1e-5), "GroupNorm", "scale", "FLOAT 5"),
                error(() -> x(1, 2, 2, 6).groupNorm(x(6), x(6), 3, -1), "GroupNorm", "epsilon", "-1.0"),
                error(
                        () -> new Tensor(
                                new GroupNormInputGradient(2, 1e-5, true),
                                List.of(x(1, 2, 2, 6), x(6), x(6), x(1, 2, 2, 5))),
                        "GroupNormInputGradient",
                        "cotangent",
                        "1×2×2×5"),
                error(
                        () -> new Tensor(new GroupNormScaleGradient(2, 1e-5, true), List.of(x(1, 2, 2, 6), x(6), x(6))),
                        "GroupNormScaleGradient",
                        "4 FLOAT inputs"),
                error(() -> x(1, 5, 4, 3).sumPool(2), "SumPool", "2 divides", "1×5×4×3"),
                error(() -> x(5, 4, 3).upsampleNearest(2), "UpsampleNearest", "N×H×W×C", "5×4×3"),
                error(() -> x(1, 5, 4, 3).upsampleBilinear(0), "UpsampleBilinear", "at least 1, not 0", "1×5×4×3"),
                error(
                        () -> new Tensor(new UpsampleBilinearGradient(3), List.of(x(1, 5, 6, 3))),
                        "UpsampleBilinearGradient",
                        "3 divides",
                        "1×5×6×3"),
                error(() -> Gradients.of(x(3), x(3)), "Gradients.of", "one number", "x FLOAT 3", "sum it"),
                error(() -> Gradients.vjp(x(3), x(4), List.of()).get(0), "cotangent", "x FLOAT 3", "4"),
                error(() -> Gradients.of(x(3).sum(), index(3)), "i INT 3 has no derivative", "only FLOAT"),
                error(() -> Jacobian.jvp(x(2), x(3), x(2)), "Jacobian.jvp", "tangent", "x FLOAT 3", "x FLOAT 2"),
                error(() -> Jacobian.repeat(x(3), 0), "Jacobian.repeat", "got 0", "x FLOAT 3"),
                error(() -> Jacobian.repeat(Tensor.scalar(1), 2), "Jacobian.repeat", "N×…", "FLOAT scalar"),
                error(
                        () -> Jacobian.full(Tensor::sum, x(2, 3)),
                        "Jacobian.full",
                        "2 samples",
                        "returned",
                        "FLOAT scalar"),
                error(() -> Jacobian.full(Tensor::toFloat, index(2, 3)), "Jacobian.full", "FLOAT batch", "i INT 2×3"),
                error(() -> Jacobian.trace(t -> t.slice(0, 0, 1), x(2, 3)), "Jacobian.chunk", "2×3", "1×3"),
                error(
                        () -> Jacobian.trace(t -> t.slice(1, 0, 2), x(2, 3), 1),
                        "Jacobian.trace",
                        "square",
                        "3 numbers",
                        "2×3",
                        "to 2 of",
                        "2×2"),
                error(() -> Jacobian.trace(Tensor::exp, x(2, 3), 0), "Jacobian.trace", "chunk", "got 0"),
                error(
                        () -> Tensor.scalar(Jacobian.chunk(Tensor::exp, x(2, 3), 0)),
                        "Jacobian.chunk",
                        "budget",
                        "got 0"),
                error(
                        () -> Jacobian.hutchinson(Tensor::exp, x(2, 3), x(2, 3)).mean(),
                        "Jacobian.hutchinson",
                        "n×2×3",
                        "got x FLOAT 2×3"),
                error(
                        () -> Jacobian.hutchinson(Tensor::exp, x(2, 3), x(5, 3, 3))
                                .mean(),
                        "Jacobian.hutchinson",
                        "n×2×3",
                        "got x FLOAT 5×3×3"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void namesTheOpAndTheShapes(String name, Supplier<Tensor> mistake, List<String> parts) {
        assertThatThrownBy(mistake::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts.toArray(CharSequence[]::new));
    }

    @Test
    void anIndexOutsideItsTableIsShown() {
        Tensor i = index(2);
        assertThatThrownBy(() -> Reference.evaluate(
                        Map.of(i, Values.of(i.shape(), new int[] {0, 3})),
                        Tensor.zeros(Shape.of(3, 2)).gather(i)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Gather", "index 3", "table of 3");
        assertThatThrownBy(() -> Reference.evaluate(
                        Map.of(i, Values.of(i.shape(), new int[] {-1, 0})),
                        Tensor.zeros(Shape.of(2, 2)).scatterAdd(i, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("ScatterAdd", "index -1", "3 rows");
    }

    @Test
    void aLeafIsNeverEvaluated() {
        Tensor x = x(3);
        assertThatThrownBy(() -> x.op().evaluate(x, new double[0][]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("x FLOAT 3 is a leaf");
        assertThatThrownBy(() -> x.op().vjp(x, 0, x)).isInstanceOf(IllegalStateException.class);
    }
}
