package scorefield.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The result files, {@code docs/performance/PART.json}, and the document generated from them, {@code docs/performance.md}. */
final class Results {

    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private final Path docs;

    /** @param docs the folder of the document */
    Results(Path docs) {
        this.docs = docs;
    }

    /** Data in the form in which it is stored. */
    static JsonElement json(Object data) {
        return JSON.toJsonTree(data);
    }

    private Path file(String part) {
        return docs.resolve("performance").resolve(part + ".json");
    }

    /** Stores a part, which replaces the result of its last run, and regenerates the document. */
    void add(String name, String title, Map<String, String> machine, String text, List<Ratio> ratios, JsonElement data)
            throws IOException {
        String now = Instant.now().truncatedTo(ChronoUnit.MINUTES).toString();
        Part part = new Part(name, title, now, machine, text, ratios, data);
        Files.createDirectories(docs.resolve("performance"));
        Files.writeString(file(name), JSON.toJson(part) + "\n");
        Files.writeString(docs.resolve("performance.md"), document(read()));
    }

    private List<Part> read() throws IOException {
        List<Part> parts = new ArrayList<>();
        for (String name : Bench.PARTS) {
            if (Files.exists(file(name))) {
                parts.add(JSON.fromJson(Files.readString(file(name)), Part.class));
            }
        }
        return parts;
    }

    /** The document. */
    static String document(List<Part> parts) {
        StringBuilder text = new StringBuilder("""
                # Performance

                `bin/bench` generates this document from `docs/performance/*.json`; `bin/bench PART` measures one part again.

                | work | median | quartiles | target | aim | |
                | --- | --- | --- | --- | --- | --- |
                """);
        parts.forEach(part -> part.ratios().forEach(ratio -> text.append(ratio.row())));
        text.append("""

                × is the speed relative to the fastest peer in single precision whose results are right (libtorch in its two memory
                formats; for sampling also ONNX Runtime), unless the row names another peer or another commit of this project; or the
                memory relative to libtorch's. It is the median over the rounds. The end of this document explains how the peers
                are measured and how libtorch is configured.
                """);
        for (Part part : parts) {
            text.append("\n## ").append(part.title()).append("\n\n");
            part.machine()
                    .forEach((fact, value) -> text.append("- ")
                            .append(fact)
                            .append(": ")
                            .append(value)
                            .append('\n'));
            text.append("- measured: ")
                    .append(part.when())
                    .append(", `bin/bench ")
                    .append(part.name())
                    .append("`\n\n");
            text.append(part.text().strip()).append('\n');
        }
        return text + METHOD;
    }

    private static final String METHOD = """

            ## How it is measured

            Every peer runs in its own JVM with the same number of threads, one for each processor. In each round every peer has
            one turn, and the order rotates from round to round, so that other load on the machine affects all peers alike. A
            ratio compares times of the same round; median and quartiles are over the rounds. The numbers are in the peer's own
            memory layout before the clock starts; if this project's kernels need a further transformation (Winograd's transformed
            weights), the time includes it. Starting, compiling and warming up are not timed, except in the section on starting.

            Before anything is timed, the peers' results are compared: loss, every parameter's gradient, the updates in some steps;
            the score; every operation's results. A library chooses its code by the processor, so any peer can be wrong, this
            project included. A peer is right if it agrees with the reference device (plain Java, double precision) on a small
            workload, and with the majority of the peers in single precision on the measured one. If it is not right, its other
            settings are tried in fresh processes: less of the processor's instructions for oneDNN, for OpenBLAS and for PyTorch's own
            kernels. If none helps, it is named, with what differs, and left out of the ratios. Differences are Euclidean norms
            relative to the right vector's. In single precision, a loss, a score, a result of an operation and the gradient of each
            parameter tensor may differ by a thousandth, and updates by 5 %, because rounding decides the signs of Adam's first
            steps. libtorch bf16 has no vote, and bounds of its own: 5 % for a loss or a score, 25 % for the gradient of a
            parameter tensor, 50 % for updates.

            The parts, and what they measure:

            | `bin/bench …` | measures | needs |
            | --- | --- | --- |
            | `training-step` | a training step, against libtorch in single precision and in bf16 | |
            | `sampling-step` | a step of annealed Langevin dynamics, against libtorch and ONNX Runtime | |
            | `against COMMIT` | both steps of this tree and of another commit, which is built in a temporary folder | `git`, `tar`, Maven |
            | `growth` | images per second and peak memory against batch, channels and image size, and the exponents | fonts |
            | `operations` | single operations, against libtorch and ND4J | |
            | `memory` | the peak memory of training, against libtorch | |
            | `start` | the time from a command to its first training step | |
            | `profile` | the time of each kernel | |
            | `scaling` | two ranks against one process | MPI |

            Without a part, `bin/bench` runs all but `against`, one after another. A part that fails keeps its old results, and does
            not end the others; the exit code is then 1. Where the time of a part is over, it ends after fewer rounds, or at smaller
            sizes, and says so.

            GFLOP/s count the operations of the definition, whatever algorithm computes it; GB/s count the minimum memory
            traffic. The roofline (multiply-adds on registers, and a copy, both in OpenCL) is measured in the same run.

            How libtorch is configured, and what was tried:

            - Its matrix products come from OpenBLAS, which has its own thread pool. These threads spin for a while after
              each small product of the noise embedding and compete with the OpenMP threads that run everything else. This
              takes a fifth of a training step's processor time (default network, N×C×H×W), and more of its wall-clock time,
              because both pools compete for the same two processors.
              `OPENBLAS_NUM_THREADS=1` prevents this; the convolutions come from oneDNN and keep both threads.
            - glibc returns the memory of large tensors to the system at every `free` and then faults it in again, page by
              page. `MALLOC_MMAP_THRESHOLD_` and `MALLOC_TRIM_THRESHOLD_` make it keep the memory, as PyTorch's tuning guide
              does with jemalloc (14 % less processor time). Only peak memory is measured without these settings, because
              they would make libtorch look worse.
            - Huge pages (`glibc.malloc.hugetlb`) gave no further gain. oneDNN runs its AVX-512 kernels for every convolution,
              forward and backward (its own log says `jit:avx512_core` and `brg_conv:avx512_core`). In N×C×H×W it reorders
              images into its blocked layout; in N×H×W×C it need not, but group norm is slower there. So both formats are
              measured.
            - On a Zen 5 (AVX-512 with bfloat16), libtorch 2.10 with oneDNN 3.7.1 computes wrong gradients in N×C×H×W: of every layer
              but the last, some NaN, and others in each evaluation; losses and scores are right. OpenBLAS's other kernels, AVX-512
              without bfloat16 and AVX2 do not help, and with `ONEDNN_MAX_CPU_ISA=AVX` they are right. bf16 is wrong, too. On a
              Zen 4 N×C×H×W was right.
            - Adam is PyTorch's fused Adam, the moving average is `_foreach_lerp_`, and sampling runs without autograd.
            - bf16 is PyTorch's autocast, channels last: oneDNN computes convolutions and matrix products in bfloat16 (with AVX512_BF16
              or AMX where the processor has them), and the parameters, their gradients and Adam stay in single precision.

            ONNX Runtime runs the model that `scorefield export --onnx` writes, with one thread for each processor and all its graph
            optimisations. The Langevin step around the score is a loop in Java.
            """;
}
