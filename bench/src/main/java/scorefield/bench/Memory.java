package scorefield.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.bench.peer.PeerProcess;
import scorefield.bench.peer.Workload;

/** The peak memory of a training process after some steps (Linux's VmHWM: data, code and the JVM). */
final class Memory {

    private static final int STEPS = 3;
    private static final double TARGET = 0.35;
    private static final double AIM = 0.25;

    private Memory() {}

    static void run(Options options, Results results) throws IOException, InterruptedException {
        Map<String, String> machine = Machine.facts();
        Rehearsal rehearsal = new Rehearsal(Steps.TRAINING::outcome);
        List<String> notes = new ArrayList<>();
        List<Candidate> others = new ArrayList<>();
        for (Candidate candidate : Peers.libtorch()) {
            rehearsal.right(Peers.small(candidate), notes).ifPresent(others::add);
        }
        StringBuilder text = new StringBuilder();
        notes.forEach(note ->
                text.append("- wrong results, not measured: ").append(note).append('\n'));
        text.append(
                "\nPeak memory of the whole process after %d training steps, MB.\n\n| | scorefield |".formatted(STEPS));
        others.forEach(other -> text.append(' ').append(other.name()).append(" |"));
        text.append("\n| --- |").append(" --- |".repeat(1 + others.size())).append('\n');
        List<Ratio> ratios = new ArrayList<>();
        Map<String, Object> data = new LinkedHashMap<>();
        for (Workload workload : options.workloads()) {
            System.out.println("memory: " + workload.description());
            long ours = peak(Peers.scorefield(options.device()), workload);
            Map<String, Long> peaks = new LinkedHashMap<>(Map.of("scorefield", ours));
            text.append("| %s | %d |".formatted(workload.description(), ours >> 20));
            for (Candidate other : others) {
                long theirs = peak(other, workload);
                peaks.put(other.name(), theirs);
                text.append(" %d |".formatted(theirs >> 20));
            }
            text.append('\n');
            peaks.values().stream()
                    .skip(1)
                    .min(Comparator.naturalOrder())
                    .ifPresent(least -> ratios.add(Ratio.atMost(
                            "Peak memory of training: " + workload.description(), "×", TARGET, AIM, new double[] {
                                (double) ours / least
                            })));
            data.put(workload.toString(), peaks);
        }
        System.out.println(text);
        results.add("memory", "Memory", machine, text.toString(), ratios, Results.json(data));
    }

    /** The peak memory of a peer's process after some training steps, in bytes. */
    static long peak(Candidate candidate, Workload workload) throws IOException, InterruptedException {
        try (PeerProcess peer = candidate.start(workload)) {
            peer.train(STEPS);
            return peer.peakMemory();
        }
    }
}
