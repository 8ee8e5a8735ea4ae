package scorefield.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The program behind {@code bin/bench}: measures one part, or all, and writes the document. */
public final class Bench {

    /** The parts, in the order of the document. */
    static final List<String> PARTS =
            List.of("training-step", "sampling-step", "operations", "memory", "start", "profile", "scaling");

    private Bench() {}

    /** Arguments: {@code [PART] [--rounds N] [--device ID] [WORKLOAD…]}. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        Path root = Path.of(System.getProperty("scorefield.root", ".")).toAbsolutePath();
        Results results = new Results(root.resolve("docs"));
        boolean named = arguments.length > 0 && PARTS.contains(arguments[0]);
        Options options;
        try {
            options = Options.parse(named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage() + "; parts are " + String.join(", ", PARTS) + " and jmh");
            System.exit(2);
            return;
        }
        for (String part : named ? List.of(arguments[0]) : PARTS) {
            System.out.println("# " + part);
            run(part, options, root, results);
        }
    }

    private static void run(String part, Options options, Path root, Results results)
            throws IOException, InterruptedException {
        switch (part) {
            case "training-step" -> Steps.TRAINING.run(options, results);
            case "sampling-step" -> Steps.SAMPLING.run(options, results);
            case "operations" -> Operations.run(options, results);
            case "memory" -> Memory.run(options, results);
            case "start" -> Start.run(options, root, results);
            case "profile" -> Profiles.run(options, results);
            case "scaling" -> Scaling.run(options, results);
            default -> throw new IllegalArgumentException("no part '" + part + "'");
        }
    }
}
