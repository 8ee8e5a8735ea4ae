package scorefield.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.ScorefieldOperations;
import scorefield.bench.peer.ScorefieldPeer;
import scorefield.bench.peer.Workload;

/** Starts the peers, each with the settings that suit it best. */
final class Peers {

    private static final String LIBTORCH = "scorefield.bench.peer.LibtorchPeer";
    private static final String LIBTORCH_OPERATIONS = "scorefield.bench.peer.LibtorchOperations";
    private static final String ND4J_OPERATIONS = "scorefield.bench.peer.Nd4jOperations";

    /** OpenBLAS's own threads, which only the small matrix products use, would compete with OpenMP's for the processors. */
    private static final Map<String, String> ONE_POOL = Map.of("OPENBLAS_NUM_THREADS", "1");

    /** The same, and glibc keeps freed memory instead of returning it to the system and faulting it in again at every step. */
    private static final Map<String, String> FAST = Map.of(
            "OPENBLAS_NUM_THREADS", "1",
            "MALLOC_MMAP_THRESHOLD_", "8589934592",
            "MALLOC_TRIM_THRESHOLD_", "17179869184");

    private Peers() {}

    static PeerProcess scorefield(Workload workload, String device) throws IOException {
        return PeerProcess.start("scorefield", ScorefieldPeer.class.getName(), Map.of(), workload.toString(), device);
    }

    static PeerProcess libtorch(Workload workload, boolean channelsLast) throws IOException {
        return libtorch(workload, channelsLast, FAST);
    }

    /** libtorch with the settings that need the least memory; it is slower. */
    static PeerProcess smallLibtorch(Workload workload, boolean channelsLast) throws IOException {
        return libtorch(workload, channelsLast, ONE_POOL);
    }

    private static PeerProcess libtorch(Workload workload, boolean channelsLast, Map<String, String> environment)
            throws IOException {
        return PeerProcess.start(
                name(channelsLast), LIBTORCH, environment, workload.toString(), format(channelsLast), threads());
    }

    static PeerProcess scorefieldOperations(String name, String device) throws IOException {
        return PeerProcess.start(name, ScorefieldOperations.class.getName(), Map.of(), device);
    }

    static PeerProcess libtorchOperations(boolean channelsLast) throws IOException {
        return PeerProcess.start(name(channelsLast), LIBTORCH_OPERATIONS, FAST, format(channelsLast), threads());
    }

    static PeerProcess nd4jOperations() throws IOException {
        Map<String, String> environment = new HashMap<>(FAST);
        environment.put("OMP_NUM_THREADS", threads());
        // Selects the build of the native library that uses oneDNN.
        environment.put("JDK_JAVA_OPTIONS", "-Dorg.bytedeco.javacpp.platform.extension=-onednn-avx2");
        return PeerProcess.start("ND4J", ND4J_OPERATIONS, environment);
    }

    private static String name(boolean channelsLast) {
        return channelsLast ? "libtorch channels last" : "libtorch N×C×H×W";
    }

    private static String format(boolean channelsLast) {
        return channelsLast ? "channels-last" : "nchw";
    }

    private static String threads() {
        return Integer.toString(Runtime.getRuntime().availableProcessors());
    }
}
