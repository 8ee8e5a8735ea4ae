package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.ncsn.Version;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.data.Points;

/**
 * The project in {@code examples/outside}, built by Maven against the artifacts of this build and run. It sees them as an installed library: in
 * a local repository of its own. Everything else comes from the repository that this build uses, and nothing from the network.
 */
class OutsideProjectIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @Test
    void aProjectOutsideOfTheBuildTrainsAndSamples() throws IOException, InterruptedException {
        Path repository = folder.resolve("repository");
        install(repository, ROOT, "scorefield", "pom.xml", ".pom");
        for (String module : List.of("autodiff", "kernels", "ncsn")) {
            String artifact = "scorefield-" + module;
            install(repository, ROOT.resolve(module), artifact, "pom.xml", ".pom");
            install(
                    repository,
                    ROOT.resolve(module).resolve("target"),
                    artifact,
                    artifact + "-" + Version.number() + ".jar",
                    ".jar");
        }
        Path settings = Files.writeString(folder.resolve("settings.xml"), """
                <settings>
                  <mirrors>
                    <mirror>
                      <id>outer</id>
                      <mirrorOf>*</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                </settings>
                """.formatted(
                        Path.of(System.getProperty("outer.repository")).toUri()));
        Path project = copy(ROOT.resolve("examples/outside"), folder.resolve("project"));
        run(
                project,
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                "-B",
                "-ntp",
                "-q",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + repository,
                "package");
        List<String> lines = run(
                        project,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        "target/moons.jar")
                .lines()
                .toList();

        assertThat(lines).hasSize(100);
        double[][] moons = ((Points) DataSets.open("moons")).rows();
        double distance = lines.stream()
                .map(line -> Arrays.stream(line.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray())
                .mapToDouble(point -> Arrays.stream(moons)
                        .mapToDouble(moon -> Math.hypot(moon[0] - point[0], moon[1] - point[1]))
                        .min()
                        .orElseThrow())
                .average()
                .orElseThrow();
        assertThat(distance).isLessThan(0.2);
        assertThat(project.resolve("moons/checkpoint.safetensors")).exists();
        assertThat(project.resolve("moons/config.yaml")).content().contains("source: moons");
    }

    /** Puts a file of an artifact where Maven looks for it. */
    private static void install(Path repository, Path from, String artifact, String file, String ending)
            throws IOException {
        String version = Version.number();
        Path to = repository.resolve(Path.of("scorefield", artifact, version, artifact + "-" + version + ending));
        Files.createDirectories(to.getParent());
        Files.copy(from.resolve(file), to);
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !from.relativize(file).startsWith("target"))
                    .toList()) {
                Path copied = to.resolve(from.relativize(file));
                Files.createDirectories(copied.getParent());
                Files.copy(file, copied);
            }
        }
        return to;
    }

    /** Runs a program to its end, and returns what it printed. */
    private String run(Path where, String... command) throws IOException, InterruptedException {
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(out.toPath());
        assertThat(process.exitValue())
                .as(String.join(" ", command) + "\n" + printed + Files.readString(err.toPath()))
                .isZero();
        return printed;
    }
}
