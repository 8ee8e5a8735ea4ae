package scorefield.bench;

import java.util.Map;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.bench.peer.ScorefieldPeer;
import scorefield.bench.peer.Workload;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.Profile;
import scorefield.kernels.ProfileTables;
import scorefield.kernels.opencl.ClDevices;

/** Where the time of a training step goes: per kernel, and the costliest launches one by one. */
public final class StepProfile {

    private static final int RUNS = 10;
    private static final int COSTLIEST = 40;

    private StepProfile() {}

    /** Arguments: {@code [--rounds N] [--device ID] [WORKLOAD…]}; the rounds are the measured runs. */
    public static void main(String... arguments) {
        Options options = Options.parse(RUNS, arguments);
        for (Workload workload : options.workloads()) {
            OpenClDevice device = OpenClDevice.forProfiling(ClDevices.find(options.device()));
            try (ScorefieldPeer peer = new ScorefieldPeer(workload, device, device.name())) {
                Program step = peer.trainingStep();
                Map<Tensor, Values> feeds = peer.feeds(1);
                Profile profile = device.profile(step, feeds, options.rounds());
                System.out.printf("%s: %s, on %s%n%n", workload, workload.description(), device.name());
                ProfileTables tables = new ProfileTables(profile);
                System.out.println(tables.byKernel());
                System.out.println(tables.costliest(COSTLIEST));
            }
        }
    }
}
