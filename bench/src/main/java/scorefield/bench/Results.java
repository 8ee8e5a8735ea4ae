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

/** The files of the results, {@code docs/performance/PART.json}, and the document made of them, {@code docs/performance.md}. */
final class Results {

    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private final Path docs;

    /** @param docs the folder of the document */
    Results(Path docs) {
        this.docs = docs;
    }

    /** Some numbers as they are kept. */
    static JsonElement json(Object data) {
        return JSON.toJsonTree(data);
    }

    private Path file(String part) {
        return docs.resolve("performance").resolve(part + ".json");
    }

    /** Keeps a part, instead of its last run's, and writes the document anew. */
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

                Written by `bin/bench` from `docs/performance/*.json`; `bin/bench PART` measures one part anew.

                | work | median | quartiles | target | aim | |
                | --- | --- | --- | --- | --- | --- |
                """);
        parts.forEach(part -> part.ratios().forEach(ratio -> text.append(ratio.row())));
        text.append("""

                × is how many times libtorch's speed, or how much of its memory: the better of its two memory formats, the
                median over the rounds. How the peers are measured, and how libtorch is set, is said at the end.
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

            Every peer is a JVM of its own with the same number of threads, one for each processor. In each round every peer has
            one turn, and the order turns from round to round, so that all meet the same machine. A ratio is taken within a
            round; its median and quartiles are over the rounds. Before anything is timed, the peers' numbers are compared
            (loss, every parameter's gradient, the parameters after some steps, every operation's results), and a difference
            beyond single precision ends the benchmark. The numbers lie in the peer's own memory layout before the time starts;
            where this project's kernels need another arrangement of theirs (Winograd's transformed weights), the time contains
            it. Starting, compiling and warming up are not timed, except where the start is what is measured.

            GFLOP/s count the operations of the mathematics whatever shortcut is taken, GB/s the least traffic; the roofline
            (multiply-adds on registers, and a copy, both in OpenCL) is measured in the same run.

            How libtorch is set, and what was tried:

            - Its matrix products come from an OpenBLAS with a thread pool of its own, whose threads spin for a while after
              each small product of the noise embedding and fight the OpenMP threads that run everything else: a fifth of
              a training step's processor time (default network, N×C×H×W), and more of the clock's, since both pools want
              the same two processors.
              `OPENBLAS_NUM_THREADS=1` ends that; the convolutions come from oneDNN and keep both threads.
            - glibc gives the memory of large tensors back at every `free` and gets it anew, page fault by page fault:
              `MALLOC_MMAP_THRESHOLD_` and `MALLOC_TRIM_THRESHOLD_` keep it, as PyTorch's tuning guide does with jemalloc
              (14 % less processor time). Only the peak memory is measured without, where it would make libtorch look worse.
            - Huge pages (`glibc.malloc.hugetlb`) brought no more. oneDNN runs its AVX-512 kernels (its own log says
              `jit:avx512_core` and `brg_conv:avx512_core`) for every convolution, both ways; in N×C×H×W it reorders images
              into its blocks, in N×H×W×C it need not, but group norm is slower there: so both formats are measured.
            - Adam is PyTorch's fused one, the moving average its `_foreach_lerp_`, sampling runs without autograd.
            """;
}
