package scorefield.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.PeerProcess.Program;
import scorefield.bench.peer.ScorefieldOperations;
import scorefield.bench.peer.ScorefieldPeer;

/** The peers, each with the settings that suit it best, and others to try where its results are wrong with them. */
final class Peers {

    private static final String LIBTORCH = "scorefield.bench.peer.LibtorchPeer";
    private static final String LIBTORCH_OPERATIONS = "scorefield.bench.peer.LibtorchOperations";
    private static final String ND4J_OPERATIONS = "scorefield.bench.peer.Nd4jOperations";
    private static final String ONNX = "scorefield.bench.peer.OnnxPeer";

    /** OpenBLAS's own threads, which only the small matrix products use, would compete with OpenMP's for the processors. */
    private static final Map<String, String> ONE_POOL = Map.of("OPENBLAS_NUM_THREADS", "1");

    /** glibc keeps freed memory instead of returning it to the system and faulting it in again at every step. */
    private static final Map<String, String> KEEP_MEMORY =
            Map.of("MALLOC_MMAP_THRESHOLD_", "8589934592", "MALLOC_TRIM_THRESHOLD_", "17179869184");

    private static final Map<String, String> FAST = joined(ONE_POOL, KEEP_MEMORY);

    /** What makes oneDNN, OpenBLAS or PyTorch's own kernels choose other code, from the least to the greatest loss of speed. */
    private static final List<Map<String, String>> FALLBACKS = List.of(
            Map.of(),
            Map.of("OPENBLAS_CORETYPE", "SKYLAKEX"),
            Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"),
            Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"),
            Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "OPENBLAS_CORETYPE", "HASWELL", "ATEN_CPU_CAPABILITY", "avx2"),
            Map.of("ONEDNN_MAX_CPU_ISA", "AVX"),
            Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"));

    /** Those that leave oneDNN the instructions for bfloat16; without these, the peer would be no rival. */
    private static final List<Map<String, String>> BF16_FALLBACKS =
            List.of(Map.of(), Map.of("OPENBLAS_CORETYPE", "SKYLAKEX"));

    private Peers() {}

    /** This project, on an OpenCL device. */
    static Candidate scorefield(String device) {
        return scorefield("scorefield", Program.here(ScorefieldPeer.class.getName()), device);
    }

    /** This project as another build of it is. */
    static Candidate scorefield(String name, Program program, String device) {
        return new Candidate(name, Precision.FLOAT32, program, List.of(device), List.of(Map.of()));
    }

    /** The reference device: plain Java, in double precision. */
    static Candidate reference() {
        return scorefield("reference", Program.here(ScorefieldPeer.class.getName()), "reference");
    }

    /** libtorch in single precision, in both memory formats. */
    static List<Candidate> libtorch() {
        return List.of(
                libtorch(name(false), Precision.FLOAT32, format(false), FALLBACKS),
                libtorch(name(true), Precision.FLOAT32, format(true), FALLBACKS));
    }

    /** libtorch with PyTorch's autocast: convolutions and matrix products in bfloat16, channels last. */
    static Candidate libtorchBf16() {
        return libtorch("libtorch bf16", Precision.BFLOAT16, "bf16", BF16_FALLBACKS);
    }

    private static Candidate libtorch(
            String name, Precision precision, String format, List<Map<String, String>> fallbacks) {
        return new Candidate(
                name,
                precision,
                Program.here(LIBTORCH),
                List.of(format, threads()),
                fallbacks.stream().map(fallback -> joined(FAST, fallback)).toList());
    }

    /** A peer with the settings that need the least memory; it may be slower. */
    static Candidate small(Candidate candidate) {
        return new Candidate(
                candidate.name(),
                candidate.precision(),
                candidate.program(),
                candidate.arguments(),
                candidate.settings().stream().map(Peers::small).toList());
    }

    private static Map<String, String> small(Map<String, String> settings) {
        Map<String, String> fewer = new HashMap<>(settings);
        fewer.keySet().removeAll(KEEP_MEMORY.keySet());
        return Map.copyOf(fewer);
    }

    private static Map<String, String> joined(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return Map.copyOf(all);
    }

    /** ONNX Runtime, with the model that the command {@code export} writes; it samples only. */
    static Candidate onnxRuntime() {
        return new Candidate(
                "ONNX Runtime", Precision.FLOAT32, Program.here(ONNX), List.of(threads()), List.of(Map.of()));
    }

    static PeerProcess scorefieldOperations(String name, String device) throws IOException {
        return PeerProcess.start(name, Program.here(ScorefieldOperations.class.getName()), Map.of(), device);
    }

    static PeerProcess libtorchOperations(boolean channelsLast) throws IOException {
        return PeerProcess.start(
                name(channelsLast), Program.here(LIBTORCH_OPERATIONS), FAST, format(channelsLast), threads());
    }

    static PeerProcess nd4jOperations() throws IOException {
        Map<String, String> environment = new HashMap<>(FAST);
        environment.put("OMP_NUM_THREADS", threads());
        // Selects the build of the native library that uses oneDNN.
        environment.put("JDK_JAVA_OPTIONS", "-Dorg.bytedeco.javacpp.platform.extension=-onednn-avx2");
        return PeerProcess.start("ND4J", Program.here(ND4J_OPERATIONS), environment);
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
