package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/** The peak memory of a training process after some steps (Linux's VmHWM: data, code and the JVM). */
final class Memory {

    private static final int STEPS = 3;
    private static final double TARGET = 0.7;
    private static final double AIM = 0.4;

    private Memory() {}

    static void run(Options options, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        StringBuilder text = new StringBuilder(
                "Peak memory of the whole process after %d training steps, MB.\n\n| | scorefield | libtorch N×C×H×W | libtorch channels last |\n| --- | --- | --- | --- |\n"
                        .formatted(STEPS));
        List<Ratio> ratios = new ArrayList<>();
        Map<String, Object> data = new LinkedHashMap<>();
        for (Workload workload : options.workloads()) {
            long ours = peak(Peers.scorefield(workload, options.device()));
            long plain = peak(Peers.smallLibtorch(workload, false));
            long last = peak(Peers.smallLibtorch(workload, true));
            text.append(
                    "| %s | %d | %d | %d |%n".formatted(workload.description(), ours >> 20, plain >> 20, last >> 20));
            double ratio = (double) ours / Math.min(plain, last);
            ratios.add(Ratio.atMost(
                    "Peak memory of training: " + workload.description(), "×", TARGET, AIM, new double[] {ratio}));
            data.put(workload.toString(), List.of(ours, plain, last));
        }
        System.out.println(text);
        results.add("memory", "Memory", machine, text.toString(), ratios, Results.json(data));
    }

    private static long peak(PeerProcess started) throws IOException, InterruptedException {
        try (PeerProcess peer = started) {
            peer.train(STEPS);
            return peer.peakMemory();
        }
    }
}
