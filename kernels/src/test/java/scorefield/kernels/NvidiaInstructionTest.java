package scorefield.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.MatrixInstruction;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;

/** The kernels with NVIDIA's instructions go through a compiler for NVIDIA's GPUs, Clang's, and the instructions are in what it makes. */
class NvidiaInstructionTest {

    private static final String LIBRARY = "/usr/lib/clc/nvptx64--nvidiacl.bc";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "TF32, mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32, cvt.rna.tf32.f32",
        "BF16, mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32, cvt.rn.bf16x2.f32"
    })
    void kernelsCompileForNvidia(Precision precision, String instruction, String rounding) throws Exception {
        Arithmetic arithmetic = Arithmetic.of(precision, MatrixInstruction.NVIDIA);
        List<Launch> launches = new ArrayList<>();
        for (Program program : List.of(products(64), products(33))) {
            Planner.plan(program, TestDevices.gpu(), arithmetic, Choices.SHIPPED).launches().stream()
                    .filter(launch -> launch.options().contains("INSTRUCTION_NVIDIA"))
                    .forEach(launches::add);
        }
        assertThat(launches.stream().map(Launch::kernel).distinct())
                .containsExactlyInAnyOrder("conv2d_gpu", "conv2d_weight_gradient_gpu", "matmul_gpu");
        for (Launch launch : launches) {
            String code = compiled(launch);
            assertThat(code)
                    .as(launch.toString())
                    .contains(instruction, rounding, "cp.async.commit_group", "cp.async.wait_group")
                    .containsPattern("cp\\.async\\.c[ag]\\.shared\\.global");
        }
    }

    /** A convolution with its gradients, and a product. */
    private static Program products(int channels) {
        Tensor x = Tensor.input("x", Shape.of(2, 8, 8, channels));
        Tensor w = Tensor.input("w", Shape.of(3, 3, channels, channels));
        Tensor y = x.conv2d(w, 1, 1);
        List<Tensor> fetches = new ArrayList<>(List.of(y));
        fetches.addAll(Gradients.vjp(y, Tensor.input("g", y.shape()), List.of(x, w)));
        fetches.add(Tensor.input("a", Shape.of(channels, channels))
                .matmul(Tensor.input("b", Shape.of(channels, channels)), false, true));
        return new Program(fetches, java.util.Map.of());
    }

    private String compiled(Launch launch) throws Exception {
        Path source = Files.writeString(folder.resolve("kernel.cl"), launch.text());
        Path code = folder.resolve("kernel.ptx");
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(clang(), "-target", "nvptx64--nvidiacl"));
        for (String option : List.of(
                "-target-cpu",
                "sm_80",
                "-target-feature",
                "+ptx74",
                "-finclude-default-header",
                "-mlink-builtin-bitcode",
                LIBRARY)) {
            command.addAll(List.of("-Xclang", option));
        }
        command.addAll(List.of("-x", "cl", "-cl-std=CL1.2", "-O3", "-S", "-o", code.toString(), source.toString()));
        command.addAll(List.of(launch.options().split(" ")));
        int exitCode = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertThat(exitCode).as(launch + "\n" + Files.readString(output)).isZero();
        return Files.readString(code);
    }

    private static String clang() {
        if (!Files.exists(Path.of(LIBRARY))) {
            throw new IllegalStateException(
                    "there is no " + LIBRARY + ": on Debian and Ubuntu, apt install clang-15 libclc-15-dev");
        }
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(place -> Stream.of("clang-15", "clang").map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "clang is not on the path: on Debian and Ubuntu, apt install clang-15 libclc-15-dev"))
                .toString();
    }
}
