package scorefield.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Programs, variables and errors. */
class ReferenceDeviceTest {

    private final Tensor a = Tensor.variable("a", Shape.of(2));
    private final Tensor b = Tensor.variable("b", Shape.of(2));
    private final Tensor x = Tensor.input("x", Shape.of(2));

    @Test
    void variablesAreZeroUntilTheyAreWritten() {
        try (ReferenceDevice device = new ReferenceDevice()) {
            assertThat(device.read(a).doubles()).containsExactly(0, 0);
            device.write(a, Values.of(Shape.of(2), 1.5, 2.5));
            assertThat(device.read(a).doubles()).containsExactly(1.5, 2.5);
        }
    }

    @Test
    void everyUpdateAndFetchSeesTheOldValues() {
        try (ReferenceDevice device = new ReferenceDevice()) {
            device.write(a, Values.of(Shape.of(2), 1.0, 2.0));
            device.write(b, Values.of(Shape.of(2), 10.0, 20.0));
            Map<Tensor, Tensor> updates = new LinkedHashMap<>();
            updates.put(a, b);
            updates.put(b, a.plus(b));
            try (Executable swap = device.compile(new Program(List.of(a, a.plus(b)), updates))) {
                List<Values> fetched = swap.run(Map.of());
                assertThat(fetched.get(0).doubles()).containsExactly(1, 2);
                assertThat(fetched.get(1).doubles()).containsExactly(11, 22);
                assertThat(device.read(a).doubles()).containsExactly(10, 20);
                assertThat(device.read(b).doubles()).containsExactly(11, 22);
                swap.run(Map.of());
                assertThat(device.read(b).doubles()).containsExactly(21, 42);
            }
        }
    }

    @Test
    void variablesAreSharedByTheProgramsOfADevice() {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable add = device.compile(new Program(List.of(), Map.of(a, a.plus(x))));
                Executable twice = device.compile(Program.fetching(a.times(2)))) {
            add.run(Map.of(x, Values.fill(x.shape(), 3)));
            add.run(Map.of(x, Values.fill(x.shape(), 4)));
            assertThat(twice.run(Map.of()).get(0).doubles()).containsExactly(14, 14);
        }
    }

    @Test
    void bytesIsThePeakMemory() {
        Tensor y = x.exp(); // beside x
        Tensor z = y.sum(); // beside y only
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(z))) {
            assertThat(executable.bytes()).isEqualTo(4 * Double.BYTES);
        }
    }

    /** As on every device, variables hold single-precision numbers; within a run, numbers are in double precision. */
    @Test
    void variablesAreRoundedToSinglePrecision() {
        try (ReferenceDevice device = new ReferenceDevice()) {
            device.write(a, Values.fill(Shape.of(2), 0.1));
            assertThat(device.read(a).get(0)).isEqualTo(0.1f);
            try (Executable third = device.compile(new Program(List.of(x.over(3)), Map.of(a, x.over(3))))) {
                assertThat(third.run(Map.of(x, Values.fill(x.shape(), 1)))
                                .get(0)
                                .get(0))
                        .isEqualTo(1.0 / 3);
            }
            assertThat(device.read(a).get(0)).isEqualTo((float) (1.0 / 3));
        }
    }

    @Test
    void integersAndBytesPassThroughUnchanged() {
        Tensor table = Tensor.input("table", Shape.of(3, 2), DType.BYTE);
        Tensor state = Tensor.variable("state", Shape.of(4), DType.INT);
        Tensor next = Tensor.input("next", Shape.of(4), DType.INT);
        Tensor rows = Tensor.constant(Values.of(Shape.of(2), new int[] {2, 0}));
        try (ReferenceDevice device = new ReferenceDevice();
                Executable run = device.compile(
                        new Program(List.of(table.gather(rows), state.slice(0, 0, 2)), Map.of(state, next)))) {
            device.write(state, Values.of(Shape.of(4), new int[] {-1, Integer.MIN_VALUE, 5, 6}));
            List<Values> fetched = run.run(Map.of(
                    table, Values.of(table.shape(), new byte[] {1, 2, 3, 4, (byte) 250, (byte) 255}),
                    next, Values.of(next.shape(), new int[] {Integer.MAX_VALUE, 2, 3, 4})));
            assertThat(fetched.get(0).bytes()).containsExactly((byte) 250, (byte) 255, (byte) 1, (byte) 2);
            assertThat(fetched.get(1).ints()).containsExactly(-1, Integer.MIN_VALUE);
            assertThat(device.read(state).ints()).containsExactly(Integer.MAX_VALUE, 2, 3, 4);
        }
    }

    @Test
    void fetchedValuesBelongToTheCaller() {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable run = device.compile(Program.fetching(a, a))) {
            List<Values> fetched = run.run(Map.of());
            assertThat(fetched).hasSize(2);
            fetched.get(0).doubles()[0] = 7;
            assertThat(device.read(a).get(0)).isZero();
        }
    }

    // ---- what is refused

    @Test
    void feedsMustBeCompleteAndFit() {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable run = device.compile(Program.fetching(x.exp()))) {
            assertThatThrownBy(() -> run.run(Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("x FLOAT 2 was not fed");
            assertThatThrownBy(() -> run.run(Map.of(x, Values.fill(Shape.of(3), 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("x FLOAT 2", "FLOAT 3");
            assertThatThrownBy(() -> run.run(Map.of(x, Values.of(Shape.of(2), new int[2]))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("INT 2");
        }
    }

    @Test
    void onlyVariablesCanBeWrittenAndMustFit() {
        try (ReferenceDevice device = new ReferenceDevice()) {
            assertThatThrownBy(() -> device.write(a, Values.fill(Shape.of(3), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("a FLOAT 2", "FLOAT 3");
            assertThatThrownBy(() -> device.write(x, Values.fill(Shape.of(2), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("x FLOAT 2 is not a variable");
            assertThatThrownBy(() -> device.read(x)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void onlyVariablesCanBeUpdatedAndKeepTheirShapeAndType() {
        assertThatThrownBy(() -> new Program(List.of(), Map.of(x, a)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not x FLOAT 2");
        assertThatThrownBy(() -> new Program(List.of(), Map.of(a, x.sum())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("a FLOAT 2", "FLOAT scalar");
        Tensor ints = Tensor.input("ints", Shape.of(2), DType.INT);
        assertThatThrownBy(() -> new Program(List.of(), Map.of(a, ints)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ints INT 2");
    }

    @Test
    void aFreedVariableIsZeroAgain() {
        try (Device device = new ReferenceDevice()) {
            device.write(a, Values.fill(a.shape(), 3));
            device.free(a);
            assertThat(device.read(a).doubles()).containsOnly(0);
            assertThatThrownBy(() -> device.free(a.sum()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not a variable");
        }
    }

    @Test
    void nothingWorksAfterClose() {
        ReferenceDevice device = new ReferenceDevice();
        Executable open = device.compile(Program.fetching(a));
        Executable closed = device.compile(Program.fetching(a));
        closed.close();
        assertThatThrownBy(() -> closed.run(Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("executable is closed");
        device.close();
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> open.run(Map.of()),
                () -> device.compile(Program.fetching(a)),
                () -> device.read(a),
                () -> device.free(a),
                () -> device.write(a, Values.fill(a.shape(), 1)))) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("reference device is closed");
        }
    }
}
