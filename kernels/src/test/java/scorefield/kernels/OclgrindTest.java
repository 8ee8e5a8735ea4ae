package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.kernels.ladder.Ladders;
import scorefield.kernels.ladder.Rung;
import scorefield.kernels.opencl.ClDevice;

/**
 * The kernels on Oclgrind, a simulator that sees every access to memory: no two work-items may write, or read and write, one number
 * without a barrier between them, and none may leave its buffer.
 *
 * <p>Oclgrind (Price &amp; McIntosh-Smith 2015, "Oclgrind: an extensible OpenCL device simulator") is an OpenCL driver, which only the
 * process that {@link OclgrindRun} is gets to see. What it does not show: races between work-groups that happen to write the same value,
 * numbers that nobody wrote (its check for these reports vectors that are right), what a compiler for a real GPU makes of the
 * source, and anything about speed.
 */
class OclgrindTest {

    private static final Pattern KERNEL = Pattern.compile("(?m)^(?:kernel )?.*?\\bvoid (\\w+_gpu)\\(");

    @TempDir
    private Path folder;

    /** What a run printed, and what the simulator found wrong. */
    private record Outcome(int exitCode, String output, String findings) {}

    @Test
    void theKernelsForGpusAreCleanAndAllOfThemRan() throws Exception {
        Outcome outcome = run(ClDevice.Type.GPU.name());
        assertThat(outcome.findings()).as(outcome.output()).isEmpty();
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output().lines().toList()).containsAll(kernelsForGpus());
    }

    @Test
    void theKernelsForCpusAreClean() throws Exception {
        Outcome outcome = run(ClDevice.Type.CPU.name());
        assertThat(outcome.findings()).as(outcome.output()).isEmpty();
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }

    @Test
    void theRungsOfLaddersAreCleanAndAllOfThemRan() throws Exception {
        Outcome outcome = run(OclgrindRun.LADDERS);
        assertThat(outcome.findings()).as(outcome.output()).isEmpty();
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(outcome.output().lines())
                .containsExactlyInAnyOrderElementsOf(Ladders.ALL.stream()
                        .flatMap(ladder -> ladder.rungs(ladder.extents()).stream())
                        .map(Rung::source)
                        .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @CsvSource({
        "missing_barrier, data race",
        "shared_sum, data race",
        "missing_tail, Invalid read",
    })
    void mistakesAreFound(String kernel, String finding) throws Exception {
        assertThat(run(kernel).findings()).contains(finding).contains(kernel);
    }

    @Test
    void noMistakeIsFoundWhereThereIsNone() throws Exception {
        assertThat(run("faultless")).isEqualTo(new Outcome(0, "faultless\n", ""));
    }

    /** The names of the kernels in the sources for GPUs. */
    private static List<String> kernelsForGpus() throws Exception {
        TreeSet<String> names = new TreeSet<>();
        Path sources = Path.of(
                        OpenClDevice.class.getResource("matmul/matmul_gpu.cl").toURI())
                .getParent()
                .getParent();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith("_gpu.cl")).toList()) {
                KERNEL.matcher(Files.readString(file))
                        .results()
                        .map(match -> match.group(1))
                        .forEach(names::add);
            }
        }
        assertThat(names).contains("matmul_gpu", "conv2d_gpu", "transpose_gpu", "random_gpu");
        return List.copyOf(names);
    }

    private Outcome run(String what) throws Exception {
        Path findings = Files.createFile(folder.resolve("findings"));
        Path output = folder.resolve("output");
        Path vendors = Files.createDirectory(folder.resolve("vendors"));
        Files.writeString(vendors.resolve("oclgrind.icd"), driver() + "\n");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-cp",
                System.getProperty("java.class.path"),
                OclgrindRun.class.getName(),
                what));
        ProcessBuilder process =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        process.environment()
                .putAll(Map.of(
                        "OCL_ICD_VENDORS", vendors.toString(),
                        "OCLGRIND_LOG", findings.toString(),
                        "OCLGRIND_DATA_RACES", "1",
                        "OCLGRIND_CHECK_API", "1",
                        "OCLGRIND_NUM_THREADS", "1",
                        "OCLGRIND_LOCAL_MEM_SIZE", "65536", // 48 KiB of a tile, and what the plain body exchanges
                        "OCLGRIND_MAX_ERRORS", "10"));
        int exitCode = process.start().waitFor();
        return new Outcome(exitCode, Files.readString(output), Files.readString(findings));
    }

    /** The simulator as a driver: it lies near its program, and nothing points OpenCL's loader to it. */
    private static Path driver() throws IOException {
        for (String path : System.getenv("PATH").split(java.io.File.pathSeparator)) {
            Path program = Path.of(path, "oclgrind");
            if (Files.isExecutable(program)) {
                Path prefix = program.toRealPath().getParent().getParent();
                return Stream.of("lib/oclgrind", "lib", "lib64")
                        .map(place -> prefix.resolve(place).resolve("liboclgrind-rt-icd.so"))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no liboclgrind-rt-icd.so near " + program));
            }
        }
        throw new IllegalStateException(
                "oclgrind is not on the path: on Debian and Ubuntu, apt install oclgrind. PATH is "
                        + Arrays.toString(System.getenv("PATH").split(java.io.File.pathSeparator)));
    }
}
