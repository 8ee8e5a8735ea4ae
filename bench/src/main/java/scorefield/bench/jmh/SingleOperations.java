package scorefield.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import scorefield.bench.peer.Operation;
import scorefield.bench.peer.ScorefieldOperations;

/**
 * Single operations of this project, each in its own JVM. The time covers the launch of the operation and the wait for its end, but not
 * copying its numbers to the device. {@code bin/bench operations} compares with other libraries: JMH measures one library after the other,
 * so load on the machine could affect them differently.
 *
 * <p>{@code -p operation=…} selects other operations, by the names in the table of operations.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class SingleOperations {

    @Param({
        "conv 3x3 128x28x28x32 to 32: forward",
        "conv 3x3 128x28x28x32 to 32: input gradient",
        "conv 3x3 128x28x28x32 to 32: weight gradient",
        "conv 1x1 128x28x28x64 to 32: forward",
        "group norm + SiLU 128x28x28x32",
        "group norm + SiLU, gradient 128x28x28x32",
        "nearest upsampling 128x14x14x64"
    })
    private String operation = "";

    /** The id of an OpenCL device, or {@code reference}. */
    @Param("0:0")
    private String device = "";

    private ScorefieldOperations peer = new ScorefieldOperations("reference");

    /** Copies the operation's numbers to the device. */
    @Setup(Level.Trial)
    public void open() {
        peer.close();
        peer = new ScorefieldOperations(device);
        peer.prepare(Operation.named(operation));
    }

    @Benchmark
    public void run() {
        peer.repeat(1);
    }

    @TearDown(Level.Trial)
    public void close() {
        peer.close();
    }
}
