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
import scorefield.autodiff.Device;
import scorefield.autodiff.ReferenceDevice;
import scorefield.bench.peer.ScorefieldPeer;
import scorefield.bench.peer.Workload;

/** Whole steps of this project: see {@link SingleOperations}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
public class WholeSteps {

    @Param({"grey28", "colour32"})
    private String workload = "";

    /** The id of an OpenCL device, or {@code reference}. */
    @Param("0:0")
    private String device = "";

    private ScorefieldPeer peer = peer(Workload.SMALL, new ReferenceDevice());

    private static ScorefieldPeer peer(Workload workload, Device device) {
        return new ScorefieldPeer(workload, device, device.name());
    }

    /** Copies the step's numbers to the device. */
    @Setup(Level.Trial)
    public void open() {
        peer.close();
        peer = peer(Workload.named(workload), ScorefieldPeer.open(device));
    }

    @Benchmark
    public void training() {
        peer.train(1);
    }

    @Benchmark
    public void sampling() {
        peer.sample(1);
    }

    @TearDown(Level.Trial)
    public void close() {
        peer.close();
    }
}
