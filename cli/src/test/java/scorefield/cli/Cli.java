package scorefield.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scorefield.ncsn.study.Studies;
import scorefield.ncsn.study.Study;

/** The program as a test runs it: in this JVM, or in one of its own. */
public final class Cli {

    /** A network and data so small that a step takes milliseconds on any device. */
    public static final List<String> TINY = List.of(
            "--set=data.size=8",
            "--set=data.count=50",
            "--set=network.channels=4",
            "--set=network.multipliers=[1, 2]",
            "--set=network.blocks=1",
            // Unconditional and with a guide, as grey images other than the built-in digits are.
            "--set=model.classes=0",
            "--set=training.guide=0.2",
            "--set=noise.levels=8",
            "--set=training.batch=4",
            "--set=training.decay=none", // so that a run of more steps goes on where a shorter one ended
            "--set=sampling.sampler=annealed",
            "--set=sampling.images=5",
            "--set=sampling.steps-per-level=2",
            "--set=output.log-every=5",
            "--set=output.preview-every=10",
            "--set=output.preview-images=2",
            "--set=output.preview-levels=3");

    /** Before a command that gets SIGINT: whoever runs the tests in the background lets them ignore it. */
    public static final List<String> MINDS_INTERRUPTS = List.of("env", "--default-signal=INT");

    private Cli() {}

    /** What came of a command. */
    public record Outcome(int code, String out, String err) {}

    public static Outcome run(String... arguments) {
        return run(Studies.ALL, arguments);
    }

    /** With other studies. */
    public static Outcome run(List<Study> studies, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), studies, arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    /** {@code train} with {@link #TINY} and more. */
    public static Outcome train(String... arguments) {
        return run(trainArguments(arguments));
    }

    public static String[] trainArguments(String... arguments) {
        List<String> all = new ArrayList<>(List.of("train"));
        all.addAll(TINY);
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /** A run on digits, in plain Java, whose network has learned next to nothing. */
    public static void trainDigits(Path run) {
        assertThat(train("--steps=2", "--device=reference", "--out=" + run).code())
                .isZero();
    }

    /** A run on points of the plane, in plain Java, whose network has learned next to nothing. */
    public static void trainMoons(Path run) {
        assertThat(run(
                                "train",
                                "--data=moons",
                                "--set=data.count=100",
                                "--set=network.width=8",
                                "--set=network.hidden=1",
                                "--set=sampling.images=10",
                                "--set=sampling.steps-per-level=1",
                                "--set=output.preview-every=100",
                                "--steps=2",
                                "--device=reference",
                                "--out=" + run)
                        .code())
                .isZero();
    }

    /** Starts the program in a JVM of its own, its output going to {@code log}. */
    public static Process start(Path folder, Path log, List<String> prefix, String... arguments) throws IOException {
        return new ProcessBuilder(command(prefix, arguments))
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** The command that starts the program in a JVM of its own. */
    public static List<String> command(List<String> prefix, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.add("-Djava.library.path=" + System.getProperty("java.library.path"));
        command.addAll(List.of("-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }
}
