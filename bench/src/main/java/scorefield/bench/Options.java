package scorefield.bench;

import java.util.ArrayList;
import java.util.List;
import scorefield.bench.peer.Workload;

/**
 * The command line of a benchmark: {@code [--rounds N] [--device ID] [WORKLOAD…]}. Without a workload, it measures the
 * two workloads that have targets.
 *
 * @param workloads what to measure
 * @param rounds how often
 * @param device the OpenCL device, or {@code reference}
 */
record Options(List<Workload> workloads, int rounds, String device) {

    private static final int ROUNDS = 10;

    static Options parse(String... arguments) {
        int rounds = ROUNDS;
        List<Workload> workloads = new ArrayList<>();
        String device = "0:0";
        int i = 0;
        while (i < arguments.length) {
            String argument = arguments[i++];
            switch (argument) {
                case "--rounds" -> rounds = Integer.parseInt(value(argument, arguments, i++));
                case "--device" -> device = value(argument, arguments, i++);
                default -> workloads.add(Workload.named(argument));
            }
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1; got " + rounds);
        }
        return new Options(
                workloads.isEmpty() ? List.of(Workload.GREY28, Workload.COLOUR32) : List.copyOf(workloads),
                rounds,
                device);
    }

    private static String value(String option, String[] arguments, int index) {
        if (index >= arguments.length) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return arguments[index];
    }
}
