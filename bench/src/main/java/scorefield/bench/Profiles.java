package scorefield.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.bench.peer.ScorefieldPeer;
import scorefield.bench.peer.Workload;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.profile.ProfileTables;

/** Profiles of this project's training step: the time of each kernel, and the most expensive launches one by one. */
final class Profiles {

    private static final int COSTLIEST = 12;

    private Profiles() {}

    static void run(Options options, Results results) throws IOException {
        Map<String, String> machine = Machine.facts();
        StringBuilder text = new StringBuilder();
        Map<String, Object> data = new LinkedHashMap<>();
        for (Workload workload : options.workloads()) {
            OpenClDevice device = OpenClDevice.forProfiling(ClDevices.find(options.device()));
            try (ScorefieldPeer peer = new ScorefieldPeer(workload, device, device.name())) {
                Profile profile = device.profile(peer.trainingStep(), peer.feeds(1), options.rounds());
                ProfileTables tables = new ProfileTables(profile);
                text.append("Training step, ").append(workload.description()).append(":\n\n```\n");
                text.append(tables.summary())
                        .append('\n')
                        .append(tables.byKernel())
                        .append('\n');
                text.append(tables.costliest(COSTLIEST)).append("```\n\n");
                data.put(
                        workload.toString(),
                        Map.of("roofline", profile.roofline(), "kernels", profile.byKernel(), "gaps", profile.gaps()));
            }
        }
        machine.put("load after", Machine.loadAverage());
        System.out.println(text);
        results.add("profile", "Where the time goes", machine, text.toString(), List.of(), Results.json(data));
    }
}
