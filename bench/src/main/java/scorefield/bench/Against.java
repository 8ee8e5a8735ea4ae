package scorefield.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.bench.peer.PeerProcess.Program;
import scorefield.bench.peer.ScorefieldPeer;
import scorefield.bench.peer.Workload;

/**
 * Compares this tree with another commit of this project: the same steps, on the same numbers, in turns.
 *
 * <p>The other commit is built as its own {@code bin/bench} builds it, in a temporary folder, and its own benchmark takes the steps: its
 * peer speaks the same language over the pipe since the first version. A commit whose batch or network is another one does not pass the
 * comparison of results.
 */
final class Against {

    /** Builds the benchmark in the current folder with that commit's own functions, and prints its program's folder. */
    private static final String BUILD = """
            root=$PWD
            . "$root/bin/setup.sh"
            need javac mvn
            build bench -Ppeers
            printf '%s' "$app"
            """;

    private Against() {}

    static void run(Options options, Path root, String commit, Results results)
            throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        String hash =
                command(root, "git", "rev-parse", "--short", "--verify", "--end-of-options", commit + "^{commit}");
        StringBuilder text =
                new StringBuilder("Commit " + command(root, "git", "log", "-1", "--format=%h, %as, %s", hash)
                        + ", was built as its own `bin/bench` builds it.\n\n");
        List<Ratio> ratios = new ArrayList<>();
        Map<String, Object> data = new LinkedHashMap<>();
        Path folder = Files.createTempDirectory("scorefield-against");
        try {
            System.out.println("building commit " + hash + " in " + folder);
            Candidate before = Peers.scorefield(hash, build(root, hash, folder), options.device());
            for (Steps step : Steps.values()) {
                Rehearsal rehearsal = new Rehearsal(step::outcome);
                List<Object> measurements = new ArrayList<>();
                for (Workload workload : options.workloads()) {
                    text.append("**").append(step.title()).append("**\n\n");
                    Steps.Measured measured = step.measure(
                            workload,
                            List.of(Peers.scorefield(options.device()), before),
                            rehearsal,
                            options.rounds(),
                            text);
                    Steps.Versus versus = measured.ratio(List.of(hash))
                            .orElseThrow(() -> new IllegalStateException("commit " + hash + " computes something else: "
                                    + measured.findings().get(0).objections()));
                    text.append(versus.sentence()).append('\n');
                    Steps.Goal goal = step.againstCommit();
                    ratios.add(Ratio.atLeast(
                            "%s, against commit %s: %s".formatted(step.title(), hash, workload.description()),
                            goal.target(),
                            goal.aim(),
                            versus.rounds()));
                    measurements.add(measured);
                }
                data.put(step.title(), measurements);
            }
        } finally {
            Start.delete(folder);
        }
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add("against", "Against another commit", machine, text.toString(), ratios, Results.json(data));
    }

    /** Builds a commit in a folder, and returns the program of its peer. */
    private static Program build(Path root, String commit, Path folder) throws IOException, InterruptedException {
        Path archive = folder.resolve("commit.tar");
        Path tree = Files.createDirectory(folder.resolve("scorefield"));
        command(root, "git", "archive", "--format=tar", "--output=" + archive, commit);
        command(tree, "tar", "-xf", archive.toString());
        Path app = Path.of(command(tree, "sh", "-c", BUILD));
        return new Program(
                app.resolve("bench.jar").toString(), app.resolve("lib").toString(), ScorefieldPeer.class.getName());
    }

    /** Runs a command, and returns what it prints. */
    private static String command(Path folder, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(Arrays.asList(command).subList(0, 2) + " failed; its output is above");
        }
        return printed.strip();
    }
}
