package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/**
 * A peer before it is started.
 *
 * @param name the name in tables
 * @param precision the precision that it computes with
 * @param program its program; the first argument is the workload
 * @param arguments the other arguments
 * @param settings the environment variables to start it with, the fastest choice first; the others are tried where the results of the
 *     first are wrong
 */
record Candidate(
        String name,
        Precision precision,
        PeerProcess.Program program,
        List<String> arguments,
        List<Map<String, String>> settings) {

    PeerProcess start(Workload workload, Map<String, String> environment) throws IOException {
        List<String> all = new ArrayList<>(List.of(workload.toString()));
        all.addAll(arguments);
        return PeerProcess.start(name, program, environment, all.toArray(String[]::new));
    }

    /** Starts it with the only settings, or those that are preferred. */
    PeerProcess start(Workload workload) throws IOException {
        return start(workload, settings.get(0));
    }

    /** The same peer with these settings only. */
    Candidate with(Map<String, String> chosen) {
        return new Candidate(name, precision, program, arguments, List.of(chosen));
    }

    /** What settings add to those that are preferred, such as "with ONEDNN_MAX_CPU_ISA=AVX2". */
    String describe(Map<String, String> chosen) {
        Map<String, String> preferred = settings.get(0);
        if (chosen.equals(preferred)) {
            return "with its preferred settings";
        }
        return chosen.entrySet().stream()
                .filter(variable -> !variable.getValue().equals(preferred.get(variable.getKey())))
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .sorted()
                .collect(Collectors.joining(" ", "with ", ""));
    }
}
