package scorefield.cli.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import scorefield.cli.Cli;
import scorefield.cli.console.Failures;
import scorefield.kernels.ladder.Extents;
import scorefield.kernels.ladder.Ladder;
import scorefield.kernels.ladder.Ladders;
import scorefield.kernels.ladder.Rung;

/** The command on small shapes, what it writes, and what it refuses. */
class LadderCommandTest {

    @TempDir
    private Path folder;

    @Test
    void aTableAndAPicture() throws IOException {
        Path picture = folder.resolve("ladder.png");
        Cli.Outcome outcome = Cli.run(
                "ladder", "matmul", "--size=rows=20,columns=33", "--size=inner=9", "--rounds=2", "--out=" + picture);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out())
                .contains("matmul: C[m, n] = ")
                .contains("rows=20 columns=33 inner=9, on ")
                .contains("compute units, driver ")
                .contains("checking 7 kernels over awkward shapes")
                .contains("roofline: ")
                .containsPattern("(?m)^1 naive +[\\d.]+ +1\\.0 +[\\d.]+ +[\\d.]+ +[\\d.]+$")
                .containsPattern("(?m)^6 local memory \\* +[\\d.]+ ")
                .contains("* made for a GPU")
                .containsPattern("(?m)^8 in use +[\\d.]+ ")
                .contains("5 packed: ladder/matmul/packed.cl")
                .contains("B is packed into panels");
        BufferedImage image = ImageIO.read(picture.toFile());
        assertThat(image.getWidth()).isEqualTo(1440);
    }

    @Test
    void aTableForADocument() throws IOException {
        Path table = folder.resolve("new/ladder.md");
        Cli.Outcome outcome = Cli.run(
                "ladder",
                "group-norm",
                "--size=images=2,height=3,width=5,channels=12,groups=3",
                "--rounds=1",
                "--out=" + table);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        List<String> lines = Files.readAllLines(table);
        assertThat(lines.get(0)).startsWith("`group-norm`, images=2 height=3 width=5 channels=12 groups=3, on ");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("|"))
                .hasSize(2 + 5)
                .allMatch(line -> line.chars().filter(c -> c == '|').count() == 9);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    conv5x5 | --rounds=1 | there is no ladder 'conv5x5'; did you mean
                    conv3x3 | --size=depth=3 | --size: conv3x3: there is no extent 'depth'; there are images, height, width, in, out
                    conv1x1 | --size=in=0 | --size: conv1x1: in must be a whole number from 1 to 512; got 0
                    matmul | --size=rows=many | 'many' is not a whole number
                    matmul | --size=rows | --size
                    conv3x3 | --size=images=4096,in=512 | --size: conv3x3: images=4096 height=28 width=28 in=512 out=32 take
                    group-norm | --size=channels=30 | --size: group-norm:
                    matmul | --rounds=0 | --rounds must be from 1 to 1000; got 0
                    matmul | --device=reference | only an OpenCL device can be profiled
                    """)
    void whatCannotBeUsedIsRefused(String op, String option, String message) {
        Cli.Outcome outcome = Cli.run("ladder", op, option);
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err()).contains(message);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void theOpIsMissing() {
        Cli.Outcome outcome = Cli.run("ladder");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("OP");
    }

    @Test
    void aWrongRungIsNamedAndNothingIsMeasured() {
        Ladder matmul = Ladders.ALL.get(2);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new LadderCommand(List.of(withWrongSource(matmul))))
                .setOut(new PrintWriter(out))
                .setExecutionExceptionHandler((e, command, parsed) -> Failures.report(e, new PrintWriter(err), false))
                .execute("matmul", "--size=rows=3,columns=4,inner=5", "--rounds=1");
        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .startsWith(
                        "scorefield: rung 'naive' of matmul is wrong for rows=1 columns=1 inner=1: it differs from the"
                                + " reference by ")
                .contains("; correct ladder/wrong_matmul.cl");
        assertThat(out.toString()).contains("checking").doesNotContain("measuring");
    }

    /** A ladder whose first rung has another source. */
    private static Ladder withWrongSource(Ladder ladder) {
        return (Ladder) Proxy.newProxyInstance(
                Ladder.class.getClassLoader(),
                new Class<?>[] {Ladder.class},
                (proxy, method, arguments) -> method.getName().equals("rungs")
                        ? List.of(wrong(ladder.rungs((Extents) arguments[0]).get(0)))
                        : method.invoke(ladder, arguments));
    }

    private static Rung wrong(Rung rung) {
        return new Rung(
                rung.name(),
                "ladder/wrong_matmul.cl",
                rung.madeFor(),
                rung.changed(),
                rung.why(),
                rung.scratch(),
                rung.steps());
    }
}
