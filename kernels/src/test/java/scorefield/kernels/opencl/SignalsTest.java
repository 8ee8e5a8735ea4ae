package scorefield.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The JVM's signals and the driver's compiler.
 *
 * <p>The JVM catches SIGSEGV for its own ends: it reads a field of null and makes an exception of the signal, and it stops threads for the
 * garbage collector in the same way. LLVM, which compiles kernels in PoCL and elsewhere, installs a handler of its own while it writes a
 * file, to delete that file when the program dies. If LLVM's handler gets the JVM's signals, compilations fail at random ("unable to
 * rename temporary"), and where two threads come at once the process dies without a word. The programs in {@code bin}, and these tests, keep
 * the JVM's handler in front by loading the JDK's {@code libjsig.so} first.
 */
class SignalsTest {

    private static final int KERNELS = 12;

    /** Something to read from. */
    private record Holder(int number) {}

    @Test
    void kernelsCompileWhileTheJvmCatchesItsOwnSignals() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        LongAdder caught = new LongAdder();
        List<Thread> threads = new ArrayList<>();
        for (int k = 0; k < 2; k++) {
            Thread thread = new Thread(() -> readNull(done, caught), "reads null " + k);
            thread.start();
            threads.add(thread);
        }
        try (ClContext context = ClContext.open(ClDevices.list().get(0))) {
            // Never the same source twice: the driver keeps what it has compiled.
            long now = System.nanoTime();
            for (int k = 0; k < KERNELS; k++) {
                String source = "__kernel void f(__global long *x) { x[get_global_id(0)] = %dL; }".formatted(now + k);
                ClBuffer buffer = context.allocate(Long.BYTES);
                ClKernel kernel = context.kernel(source, "signals.cl", "f", "").setBuffer(0, buffer);
                context.launch(kernel, new long[] {1}, new long[] {1});
                ByteBuffer number = ClContext.hostMemory(Long.BYTES);
                context.read(buffer, 0, number);
                assertThat(number.getLong(0)).isEqualTo(now + k);
            }
        } finally {
            done.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(caught.sum()).isGreaterThan(KERNELS);
    }

    private static void readNull(AtomicBoolean done, LongAdder caught) {
        long sum = 0;
        Holder holder = new Holder(1);
        while (!done.get()) {
            for (int k = 0; k < 1000; k++) {
                sum += number(holder);
            }
            try {
                sum += number(null);
            } catch (NullPointerException e) {
                caught.increment();
            }
            Thread.yield();
        }
        assertThat(sum).isNotNegative();
    }

    private static int number(@Nullable Holder holder) {
        return holder.number();
    }
}
