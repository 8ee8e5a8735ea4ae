package scorefield.kernels.strided;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.TestDevices;
import scorefield.kernels.opencl.ClDevices;

/** Copies that are too long for one work-item, or of which one work-item makes many; none of them may change a bit. */
class MovementTest {

    private static OpenClDevice device;
    private static OpenClDevice gpu;

    @BeforeAll
    static void open() {
        device = new OpenClDevice(ClDevices.list().get(0));
        gpu = new OpenClDevice(TestDevices.gpu());
    }

    @AfterAll
    static void close() {
        device.close();
        gpu.close();
    }

    static Stream<Arguments> movements() {
        Tensor flat = Tensor.input("flat", Shape.of(10_007));
        Tensor wide = Tensor.input("wide", Shape.of(3, 9001));
        Tensor deep = Tensor.input("deep", Shape.of(500, 33));
        Tensor narrow = Tensor.input("narrow", Shape.of(500, 7));
        Tensor images = Tensor.input("images", Shape.of(2, 3, 50, 17));
        return Stream.of(
                Arguments.of("two vectors", Tensor.concatenate(0, List.of(flat, flat))),
                Arguments.of("a long slice", wide.slice(1, 1, 9000)),
                Arguments.of("long rows padded", wide.pad(1, 3, 4100)),
                Arguments.of("rows added", wide.pad(0, 1, 2)),
                Arguments.of("long columns", wide.transpose(1, 0)),
                Arguments.of("two tables side by side", Tensor.concatenate(1, List.of(deep, narrow))),
                Arguments.of("three tables side by side", Tensor.concatenate(1, List.of(narrow, deep, narrow))),
                Arguments.of(
                        "squares that memory cuts",
                        Tensor.input("x", Shape.of(3, 70, 37)).transpose(2, 0, 1)),
                Arguments.of("images one above the other", Tensor.concatenate(2, List.of(images, images))),
                Arguments.of("channels first", images.transpose(0, 3, 1, 2)),
                Arguments.of("all axes reversed", images.transpose(3, 2, 1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("movements")
    void everyNumberArrives(String name, Tensor result) {
        Program program = Program.fetching(result);
        Map<Tensor, Values> feeds =
                result.inputs().stream().distinct().collect(Collectors.toMap(input -> input, MovementTest::counted));
        try (Executable executable = device.compile(program);
                Executable onGpu = gpu.compile(program);
                Executable reference = new ReferenceDevice().compile(program)) {
            float[] expected = reference.run(feeds).get(0).floats();
            assertThat(executable.run(feeds).get(0).floats()).as(name).isEqualTo(expected);
            assertThat(onGpu.run(feeds).get(0).floats())
                    .as(name + " with kernels for a GPU")
                    .isEqualTo(expected);
        }
    }

    /** Large results are stored past the caches, where pixels are whole lines of a cache. */
    @ParameterizedTest
    @CsvSource({"8, 174, 16, 1", "2, 7, 16, 0", "8, 174, 20, 0"})
    void pixelsAreRepeated(int n, int size, int channels, int stream) {
        Tensor x = Tensor.input("x", Shape.of(n, size, size / 3, channels));
        Program program = Program.fetching(x.upsampleNearest(2));
        assertThat(device.plan(program).launches()).contains("STREAM=" + stream);
        Map<Tensor, Values> feeds = Map.of(x, counted(x));
        try (Executable executable = device.compile(program);
                Executable reference = new ReferenceDevice().compile(program)) {
            assertThat(executable.run(feeds).get(0).floats())
                    .isEqualTo(reference.run(feeds).get(0).floats());
        }
    }

    /** The two parts of a tensor in one launch, or, where there are too few runs to do side by side, in two. */
    @ParameterizedTest
    @CsvSource({"500, 33, 7, split_pair", "17, 3, 40, split_pair", "2, 9001, 5000, strided_copy"})
    void aTensorIsSharedOut(int rows, int first, int second, String kernel) {
        for (DType dtype : List.of(DType.FLOAT, DType.INT)) {
            Tensor whole = Tensor.input("whole", Shape.of(rows, first + second), dtype);
            Program program = Program.fetching(
                    whole.slice(1, first, first + second), whole.slice(1, 0, first), whole.slice(1, 1, 2));
            assertThat(device.plan(program).launches()).contains(kernel);
            Map<Tensor, Values> feeds = Map.of(whole, counted(whole));
            try (Executable executable = device.compile(program);
                    Executable reference = new ReferenceDevice().compile(program)) {
                List<Values> expected = reference.run(feeds);
                List<Values> actual = executable.run(feeds);
                for (int k = 0; k < expected.size(); k++) {
                    assertThat(actual.get(k).doubles())
                            .isEqualTo(expected.get(k).doubles());
                }
            }
        }
    }

    /** An index outside the table must not read another tensor's memory; in single precision the mistake shows. */
    @Test
    void aRowThatTheTableDoesNotHaveIsNan() {
        aRowThatTheTableDoesNotHaveIsNan(device);
        aRowThatTheTableDoesNotHaveIsNan(gpu);
    }

    private static void aRowThatTheTableDoesNotHaveIsNan(OpenClDevice device) {
        Tensor table = Tensor.input("table", Shape.of(3, 2));
        Tensor indices = Tensor.input("indices", Shape.of(3), DType.INT);
        try (Executable executable = device.compile(Program.fetching(table.gather(indices)))) {
            Values rows = executable
                    .run(Map.of(table, counted(table), indices, Values.of(indices.shape(), new int[] {2, 3, -1})))
                    .get(0);
            assertThat(rows.floats()).containsExactly(4, 5, Float.NaN, Float.NaN, Float.NaN, Float.NaN);
        }
    }

    private static Values counted(Tensor tensor) {
        if (tensor.dtype() == DType.INT) {
            int[] numbers = new int[tensor.shape().size()];
            Arrays.setAll(numbers, i -> i);
            return Values.of(tensor.shape(), numbers);
        }
        double[] numbers = new double[tensor.shape().size()];
        Arrays.setAll(numbers, i -> i);
        return Values.of(tensor.shape(), numbers);
    }
}
