package scorefield.kernels;

import java.util.List;
import java.util.Map;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Problem;
import scorefield.kernels.profile.Profile;
import scorefield.kernels.tuning.Workbench;

/** Tries on a device of its own, with the device's own clock: no more than one run of each launch is under way at a time. */
final class DeviceWorkbench implements Workbench {

    /** A time is the least of as many runs as fit into this: of many for a short problem, where chance is large. */
    private static final double MEASURED_NANOSECONDS = 3e6;

    private static final int MOST_RUNS = 20;

    private final ClDevice device;
    private final OpenClDevice opened;

    DeviceWorkbench(ClDevice device) {
        this.device = device;
        this.opened = OpenClDevice.forProfiling(device);
    }

    @Override
    public Trial prepare(Problem problem, String variant, List<Values> numbers) {
        // As constants they are written once, and their memory is given back with the executable.
        Program program = problem.of(numbers.stream().map(Tensor::constant).toList());
        OpenClExecutable executable = new OpenClExecutable(
                opened, program, Planner.plan(program, device, problem.arithmetic(), Choices.named(variant)));
        return new Trial() {
            @Override
            public List<Values> results() {
                return executable.run(Map.of());
            }

            @Override
            public double nanoseconds() {
                double least = once();
                double measured = least;
                for (int runs = 1; runs < MOST_RUNS && measured < MEASURED_NANOSECONDS; runs++) {
                    double time = once();
                    measured += time;
                    least = Math.min(least, time);
                }
                return least;
            }

            private double once() {
                return executable.timedRun(Map.of()).stream()
                        .mapToDouble(Profile.Span::length)
                        .sum();
            }

            @Override
            public void close() {
                executable.close();
            }
        };
    }

    @Override
    public void close() {
        opened.close();
    }
}
