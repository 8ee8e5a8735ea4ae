package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.tool.JavaShellToolBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in {@code examples/}, each run from its source as {@code bin/example} runs it. */
class ExamplesTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+");

    @TempDir
    private Path folder;

    private String run(String... command) throws IOException, InterruptedException {
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out)
                .redirectError(err)
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(err.toPath())).isZero();
        return Files.readString(out.toPath());
    }

    private String example(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Duser.language=en",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                ROOT.resolve("examples/" + name + ".java").toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static double[] numbers(String line) {
        return NUMBER.matcher(line)
                .results()
                .map(MatchResult::group)
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    @Test
    void anOpOfOnesOwnIsComputedAndDifferentiatedTwice() throws IOException, InterruptedException {
        List<String> lines = example("OwnOp").lines().skip(1).toList();
        assertThat(lines).hasSize(3);
        for (String line : lines) {
            double[] numbers = numbers(line);
            double x = numbers[0];
            double tanh = Math.tanh(x);
            assertThat(numbers[1]).isCloseTo(x > 50 ? x - Math.log(2) : Math.log(Math.cosh(x)), within(1e-4));
            assertThat(numbers[2]).isCloseTo(tanh, within(1e-4));
            assertThat(numbers[3]).isCloseTo(1 - tanh * tanh, within(1e-4));
        }
    }

    @Test
    void aFunctionIsDifferentiatedTwice() throws IOException, InterruptedException {
        assertThat(example("DifferentiateTwice").lines())
                .containsExactly(
                        "f    FLOAT scalar [98.0]",
                        "∇f   FLOAT 3 [4.0, 32.0, -108.0]",
                        "∇Σ∇f FLOAT 3 [12.0, 48.0, 108.0]");
    }

    @Test
    void aScoreIsFittedInThePlane() throws IOException, InterruptedException {
        List<String> lines = example("FitScore", "1000").lines().toList();
        assertThat(lines).hasSize(5);
        for (String line : lines.subList(1, 5)) {
            double[] scores = numbers(line);
            assertThat(scores).as(line).hasSize(4);
            assertThat(Math.hypot(scores[0] - scores[2], scores[1] - scores[3]))
                    .as(line)
                    .isLessThan(0.3);
        }
    }

    @Test
    void aSamplerOfOnesOwnDrawsTheMixture() throws IOException, InterruptedException {
        String line = example("OwnSampler").strip();
        double[] distances = numbers(line);
        assertThat(distances).as(line).hasSize(2);
        assertThat(distances[0]).as(line).isLessThan(2 * distances[1]);
    }

    @Test
    void digitsAreTrainedAndTheirCheckpointIsUsed() throws IOException, InterruptedException {
        Path run = folder.resolve("run");
        String trained = example(
                "TrainDigits",
                run.toString(),
                "150",
                "data.size=8",
                "data.count=500",
                "training.batch=16",
                "network.channels=8",
                "noise.levels=8",
                "output.log-every=50");
        assertThat(trained).contains("step 150: loss ").contains("step 150: 16 digits in ");
        assertThat(run.resolve("digits.png")).isNotEmptyFile();
        String used = example("UseCheckpoint", run.toString());
        assertThat(used).startsWith(run + ", step 150, 8 noise levels");
        double[] errors = numbers(used.lines().toList().get(1));
        assertThat(errors[0]).isCloseTo(0.3, within(0.05));
        assertThat(errors[1]).isLessThan(errors[0]);
    }

    @Test
    void allOfThemAreListed() throws IOException, InterruptedException {
        String list = run("sh", ROOT.resolve("bin/example").toString());
        try (Stream<Path> files = Files.list(ROOT.resolve("examples"))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .sorted()
                    .toList();
            assertThat(list.lines().map(line -> line.strip().split(" ")[0])).isEqualTo(names);
        }
        assertThat(list).contains("DifferentiateTwice   Differentiates a function twice.\n");
    }

    @Test
    void jshellStartsWithEverythingImported() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String snippets = """
                System.out.println(DataSets.open("moons").count())
                Gradients.of(Tensor.scalar(2).square(), Tensor.scalar(2))
                Devices.class.getName() + Training.class.getName()
                /exit 7
                """;
        int code = JavaShellToolBuilder.builder()
                .in(new ByteArrayInputStream(snippets.getBytes(StandardCharsets.UTF_8)), null)
                .out(new PrintStream(out, true, StandardCharsets.UTF_8))
                .persistence(new HashMap<>()) // not the user's
                .start(
                        "--class-path",
                        System.getProperty("java.class.path"),
                        "--startup",
                        "DEFAULT",
                        "--startup",
                        ROOT.resolve("examples/imports.jsh").toString(),
                        "--feedback",
                        "concise");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("20000")
                .contains("scorefield.kernels.Devicesscorefield.ncsn.run.Training")
                .doesNotContain("Error");
        assertThat(code).isEqualTo(7);
    }
}
