package scorefield.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jocl.CL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClContextTest {
    private static final String ADD = """
            kernel void add(global const float *a, global const float *b, global float *c, const int n, const float s) {
                const int i = get_global_id(0);
                if (i < n) { c[i] = a[i] + s * b[i]; }
            }
            kernel void reverse(global float *x, local float *part) {
                const int i = get_local_id(0);
                part[i] = x[i];
                barrier(CLK_LOCAL_MEM_FENCE);
                x[i] = part[get_local_size(0) - 1 - i];
            }
            """;

    private ClContext context;

    @BeforeEach
    void openTheFirstDevice() {
        assertThat(ClDevices.list()).as(ClDevices.whyNone()).isNotEmpty();
        context = ClContext.open(ClDevices.list().get(0));
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void addsTwoVectors() {
        int n = 1000;
        ClBuffer a = context.allocate(4L * n);
        ClBuffer b = context.allocate(4L * n);
        ClBuffer c = context.allocate(4L * n);
        context.write(a, 0, floats(n, i -> i));
        context.writeLater(b, 0, floats(n, i -> 3 * i));
        context.fillZero(c, 0, c.size());
        ClKernel add = context.kernel(ADD, "add.cl", "add", "")
                .setBuffer(0, a)
                .setBuffer(1, b)
                .setBuffer(2, c)
                .setInt(3, n - 1)
                .setFloat(4, 0.5f);
        context.launch(add, new long[] {1024}, new long[] {64});
        ByteBuffer result = ClContext.hostMemory(4 * n);
        context.read(c, 0, result);
        for (int i = 0; i < n - 1; i++) {
            assertThat(result.getFloat(4 * i)).isEqualTo(2.5f * i);
        }
        assertThat(result.getFloat(4 * (n - 1))).isZero();
    }

    @Test
    void localMemoryIsAnArgument() {
        ClBuffer x = context.allocate(32);
        context.write(x, 0, floats(8, i -> i));
        ClKernel reverse =
                context.kernel(ADD, "add.cl", "reverse", "").setBuffer(0, x).setLocal(1, 32);
        context.launch(reverse, new long[] {8}, new long[] {8});
        ByteBuffer result = ClContext.hostMemory(32);
        context.read(x, 0, result);
        assertThat(result.getFloat(0)).isEqualTo(7);
        assertThat(result.getFloat(28)).isZero();
    }

    @Test
    void twoKernelsOfOneProgramKeepTheirOwnArguments() {
        ClBuffer one = context.allocate(4);
        ClBuffer sum = context.allocate(8);
        context.write(one, 0, floats(1, i -> 1));
        context.fillZero(sum, 0, 8);
        ClKernel first = context.kernel(ADD, "add.cl", "add", "");
        ClKernel second = context.kernel(ADD, "add.cl", "add", "");
        first.setBuffer(0, one).setBuffer(1, one).setBuffer(2, sum).setInt(3, 1).setFloat(4, 1);
        second.setBuffer(0, one)
                .setBuffer(1, one)
                .setBuffer(2, sum)
                .setInt(3, 1)
                .setFloat(4, 9);
        context.launch(first, new long[] {1}, new long[] {1});
        ByteBuffer result = ClContext.hostMemory(4);
        context.read(sum, 0, result);
        assertThat(result.getFloat(0)).isEqualTo(2);
    }

    @Test
    void copiesAndTransfersOnlyTheGivenRange() {
        ClBuffer a = context.allocate(16);
        ClBuffer b = context.allocate(16);
        context.write(a, 0, floats(4, i -> i + 1));
        context.fillZero(b, 0, 16);
        context.copy(a, 4, b, 8, 8);
        ByteBuffer part = floats(4, i -> -1);
        part.position(4).limit(12);
        context.read(b, 4, part);
        part.clear();
        assertThat(part.getFloat(0)).isEqualTo(-1);
        assertThat(part.getFloat(4)).isEqualTo(0);
        assertThat(part.getFloat(8)).isEqualTo(2);
        assertThat(part.getFloat(12)).isEqualTo(-1);
    }

    @Test
    void aMarkerIsReached() {
        ClBuffer a = context.allocate(1 << 20);
        context.fillZero(a, 0, a.size());
        try (ClEvent marker = context.marker()) {
            context.flush();
            marker.await();
            assertThat(marker.isDone()).isTrue();
            assertThatThrownBy(marker::nanoseconds).hasMessageContaining("opened for profiling");
        }
    }

    @Test
    void aProfilingContextMeasuresALaunch() {
        try (ClContext profiled = ClContext.openForProfiling(context.device())) {
            ClBuffer x = profiled.allocate(32);
            ClKernel reverse = profiled.kernel(ADD, "add.cl", "reverse", "")
                    .setBuffer(0, x)
                    .setLocal(1, 32);
            assertThat(profiled.launchWithEvent(reverse, new long[] {8}, new long[] {8})
                            .nanoseconds())
                    .isPositive();
        }
    }

    @Test
    void kernelsAreMadeBySeveralThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<ClKernel>> kernels = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String options = "-DVARIANT=" + i % 4;
                kernels.add(threads.submit(() -> context.kernel(ADD, "add.cl", "add", options)));
            }
            for (Future<ClKernel> kernel : kernels) {
                assertThat(kernel.get().name()).isEqualTo("add");
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aSourceThatDoesNotCompileIsReportedWithTheCompilersLog() {
        assertThatThrownBy(() ->
                        context.kernel("kernel void broken() { no_such_name = 1; }", "broken.cl", "broken", "-DTILE=8"))
                .isInstanceOfSatisfying(ClException.class, e -> {
                    assertThat(e.statusName()).isEqualTo("CL_BUILD_PROGRAM_FAILURE");
                    assertThat(e.status()).isEqualTo(-11);
                })
                .hasMessageContaining("compiling broken.cl")
                .hasMessageContaining("-DTILE=8")
                .hasMessageContaining("no_such_name");
    }

    @Test
    void anUnknownKernelNameIsReported() {
        assertThatThrownBy(() -> context.kernel(ADD, "add.cl", "subtract", ""))
                .isInstanceOf(ClException.class)
                .hasMessage("OpenCL failed while taking kernel subtract from add.cl: CL_INVALID_KERNEL_NAME (-46)."
                        + " The source has no kernel function of this name.");
    }

    @Test
    void argumentMistakesNameTheKernelAndTheArgument() {
        ClKernel add = context.kernel(ADD, "add.cl", "add", "");
        assertThatThrownBy(() -> add.setInt(5, 1))
                .hasMessage("kernel add has 5 parameters: there is no argument 5 to set to 1");
        assertThatThrownBy(() -> add.setLocal(3, 64))
                .isInstanceOf(ClException.class)
                .hasMessageContaining("setting argument 3 of kernel add");
        add.setInt(3, 1);
        assertThatThrownBy(() -> context.launch(add, new long[] {64}, new long[] {64}))
                .hasMessage("kernel add cannot be launched: argument 0 of 5 is not set");
    }

    @Test
    void impossibleSizesAreRefused() {
        ClKernel add = context.kernel(ADD, "add.cl", "add", "");
        for (long[][] sizes : new long[][][] {
            {{10}, {4}}, {{0}, {1}}, {{8, 8}, {8}}, {{1, 1, 1, 1}, {1, 1, 1, 1}}, {{1L << 40}, {1L << 40}}
        }) {
            assertThatThrownBy(() -> context.launch(add, sizes[0], sizes[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("kernel add cannot run with global size [");
        }
    }

    @Test
    void transfersOutsideABufferAreRefused() {
        ClBuffer buffer = context.allocate(16);
        ByteBuffer host = ClContext.hostMemory(8);
        assertThatThrownBy(() -> context.write(buffer, 12, host))
                .hasMessage("cannot write 8 bytes at byte 12 of a device buffer of 16 bytes");
        assertThatThrownBy(() -> context.writeLater(buffer, 12, host)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.read(buffer, -1, host)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.copy(buffer, 0, buffer, 9, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.fillZero(buffer, Long.MAX_VALUE - 3, 8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.fillZero(buffer, 2, 8)).hasMessageContaining("multiples of 4");
        assertThatThrownBy(() -> context.write(buffer, 0, ByteBuffer.allocate(8)))
                .hasMessageContaining("ClContext.hostMemory");
    }

    @Test
    void impossibleAllocationsAreRefused() {
        assertThatThrownBy(() -> context.allocate(0)).hasMessage("a buffer must have at least 1 byte; got 0");
        assertThatThrownBy(() -> context.allocate(Long.MAX_VALUE)).hasMessageContaining("allows in one piece");
    }

    @Test
    void nothingCanBeUsedAfterItWasClosed() {
        ClBuffer buffer = context.allocate(16);
        ClBuffer closedBuffer = context.allocate(16);
        closedBuffer.close();
        closedBuffer.close();
        assertThatThrownBy(() -> context.fillZero(closedBuffer, 0, 16))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("device buffer of 16 bytes was closed and cannot be used any more");
        ClKernel add = context.kernel(ADD, "add.cl", "add", "");
        ClEvent marker = context.marker();
        context.close();
        context.close();
        buffer.close();
        String closed = "the OpenCL context of " + context.device() + " was closed and cannot be used any more";
        assertThatThrownBy(() -> context.allocate(4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(closed);
        assertThatThrownBy(() -> context.fillZero(buffer, 0, 16)).hasMessage(closed);
        assertThatThrownBy(() -> add.setInt(3, 1)).hasMessage(closed);
        assertThatThrownBy(marker::await).hasMessage(closed);
        assertThatThrownBy(context::finish).hasMessage(closed);
    }

    @Test
    void objectsOfAnotherContextAreRefused() {
        try (ClContext other = ClContext.open(context.device())) {
            ClBuffer foreign = other.allocate(4);
            assertThatThrownBy(() -> context.fillZero(foreign, 0, 4)).hasMessageContaining("another context");
        }
    }

    @Test
    void statusCodesHaveTheirNames() {
        assertThat(new ClException(CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, "allocating 8 bytes", ""))
                .hasMessageStartingWith(
                        "OpenCL failed while allocating 8 bytes: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4). The device or");
        assertThat(ClStatus.nameOf(-1001)).isEqualTo("CL_PLATFORM_NOT_FOUND_KHR");
        assertThat(ClStatus.nameOf(-4711)).isEqualTo("unknown OpenCL status");
    }

    private interface At {
        float value(int i);
    }

    private static ByteBuffer floats(int n, At at) {
        ByteBuffer memory = ClContext.hostMemory(4 * n);
        for (int i = 0; i < n; i++) {
            memory.putFloat(4 * i, at.value(i));
        }
        return memory;
    }
}
