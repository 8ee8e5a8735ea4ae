package scorefield.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The program behind {@code bin/bench}: measures one part, or all, and writes the document. */
public final class Bench {

    private static final String AGAINST = "against";

    /** The parts, in the order of the document. */
    static final List<String> PARTS = List.of(
            "training-step", "sampling-step", AGAINST, "growth", "operations", "memory", "start", "profile", "scaling");

    private Bench() {}

    /** Arguments: {@code [PART] [--rounds N] [--device ID] [WORKLOAD…]}; for the part {@code against}, a commit follows its name. */
    public static void main(String... arguments) {
        Path root = Path.of(System.getProperty("scorefield.root", ".")).toAbsolutePath();
        List<String> rest = new ArrayList<>(Arrays.asList(arguments));
        List<String> parts = new ArrayList<>(PARTS);
        parts.remove(AGAINST); // it needs a commit
        String commit = "";
        Options options;
        try {
            if (!rest.isEmpty() && PARTS.contains(rest.get(0))) {
                parts = List.of(rest.remove(0));
            }
            if (parts.contains(AGAINST)) {
                if (rest.isEmpty() || rest.get(0).startsWith("-")) {
                    throw new IllegalArgumentException("against needs a commit, such as bin/bench against HEAD~1");
                }
                commit = rest.remove(0);
            }
            options = Options.parse(rest.toArray(String[]::new));
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage() + "; parts are " + String.join(", ", PARTS) + " and jmh");
            System.exit(2);
            return;
        }
        if (!run(parts, commit, options, root)) {
            System.exit(1);
        }
    }

    /** Measures parts, one after another; whether all succeeded. A part that fails does not end the others. */
    private static boolean run(List<String> parts, String commit, Options options, Path root) {
        Results results = new Results(root.resolve("docs"));
        List<String> failed = new ArrayList<>();
        for (String part : parts) {
            System.out.printf("# %s (%d of %d)%n", part, parts.indexOf(part) + 1, parts.size());
            long start = System.nanoTime();
            try {
                run(part, commit, options, root, results);
                System.out.printf(Locale.ROOT, "# %s took %.1f minutes%n%n", part, (System.nanoTime() - start) / 60e9);
            } catch (IOException | RuntimeException e) {
                failed.add(part);
                System.err.println("bench: " + part + " failed: " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        if (!failed.isEmpty()) {
            System.err.println("bench: no new results of " + String.join(", ", failed) + "; the reasons are above");
        }
        return failed.isEmpty();
    }

    private static void run(String part, String commit, Options options, Path root, Results results)
            throws IOException, InterruptedException {
        switch (part) {
            case "training-step" -> Steps.TRAINING.run(options, results);
            case "sampling-step" -> Steps.SAMPLING.run(options, results);
            case AGAINST -> Against.run(options, root, commit, results);
            case "growth" -> Growth.run(options, root.resolve("docs"), results);
            case "operations" -> Operations.run(options, results);
            case "memory" -> Memory.run(options, results);
            case "start" -> Start.run(options, root, results);
            case "profile" -> Profiles.run(options, results);
            case "scaling" -> Scaling.run(options, results);
            default -> throw new IllegalArgumentException("no part '" + part + "'");
        }
    }
}
