package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java that cannot draw text, as on a machine without HarfBuzz: what needs no text is there, and the reason is said once. */
class MissingFontsTest {

    @TempDir
    private Path folder;

    private List<String> withoutHarfBuzz;

    @BeforeEach
    void hideTheLibrary() throws IOException {
        // The loader takes this file for the library, and refuses it.
        Path libraries = Files.createDirectory(folder.resolve("libraries"));
        Files.createFile(libraries.resolve("libharfbuzz.so.0"));
        withoutHarfBuzz = List.of("env", "LD_LIBRARY_PATH=" + libraries);
    }

    private String run(int code, String... arguments) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Files.deleteIfExists(log);
        Process process = Cli.start(folder, log, withoutHarfBuzz, arguments);
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        String printed = Files.readString(log);
        assertThat(process.exitValue()).as(printed).isEqualTo(code);
        return printed;
    }

    private static void assertSaidOnce(String printed) {
        assertThat(printed)
                .containsOnlyOnce("pictures with text cannot be drawn (")
                .contains("libharfbuzz.so.0");
        assertThat(printed).contains("`apt-get install libharfbuzz0b libfontconfig1 fonts-dejavu-core`");
        assertThat(printed).doesNotContain("UnsatisfiedLinkError", "NoClassDefFoundError", "Exception");
    }

    @Test
    void aRunOnImagesHasItsSamplesAndItsEnd() throws Exception {
        String printed = run(0, Cli.trainArguments("--steps=12", "--out=run", "--device=reference"));
        assertSaidOnce(printed);
        assertThat(printed).contains("samples     run/samples.png").doesNotContain("loss.png");
        assertThat(folder.resolve("run/samples.png")).isNotEmptyFile();
        assertThat(folder.resolve("run/previews/step-0000010.png")).isNotEmptyFile();
        assertThat(folder.resolve("run/loss.png")).doesNotExist();
        assertThat(Files.readString(folder.resolve("run/run.json"))).contains("\"outcome\": \"FINISHED\"");
        assertThat(folder.resolve("run/report.html")).isNotEmptyFile();
    }

    @Test
    void aRunThatIsToldClassesHasItsSamplesWithoutTheNames() throws Exception {
        assertSaidOnce(run(
                0, Cli.trainArguments("--steps=12", "--set=model.classes=auto", "--out=run", "--device=reference")));
        assertThat(folder.resolve("run/samples.png")).isNotEmptyFile();
        assertThat(folder.resolve("run/previews/step-0000010.png")).isNotEmptyFile();
        assertSaidOnce(run(0, "sample", "--run=run", "--class=all", "--device=reference"));
        assertThat(folder.resolve("run/sample.png")).isNotEmptyFile();
    }

    @Test
    void aRunOnPointsHasItsEnd() throws Exception {
        String[] moons = Stream.of(
                        "train --data=moons --set=data.count=100 --set=network.width=8 --set=network.hidden=1",
                        "--set=sampling.images=10 --set=sampling.steps-per-level=1 --set=output.preview-every=2",
                        "--steps=4 --device=reference --out=run")
                .flatMap(line -> Stream.of(line.split(" ")))
                .toArray(String[]::new);
        String printed = run(0, moons);
        assertSaidOnce(printed);
        assertThat(printed).contains("checkpoint  run/checkpoint.safetensors").doesNotContain(".png");
        assertThat(Files.readString(folder.resolve("run/run.json"))).contains("\"outcome\": \"FINISHED\"");
    }

    @Test
    void aStudyHasItsNumbersAndItsVerdict() throws Exception {
        String printed = run(0, "study", "langevin-step");
        assertSaidOnce(printed);
        assertThat(printed).contains("held").doesNotContain("  plot ");
        assertThat(folder.resolve("studies/langevin-step.json")).isNotEmptyFile();
    }

    @Test
    void aPictureThatWasAskedForIsRefusedInOneLine() throws Exception {
        String printed = run(
                1,
                "schedule",
                "--data=moons",
                "--set=data.count=100",
                "--out=noise.png",
                "--json=noise.json",
                "--device=reference");
        assertSaidOnce(printed);
        assertThat(folder.resolve("noise.json")).isNotEmptyFile();
    }
}
