package scorefield.kernels;

import java.util.List;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Problem;
import scorefield.kernels.tuning.Workbench;

/** Tries on a device of its own, with the device's own clock: no more than one run of each launch is under way at a time. */
final class DeviceWorkbench implements Workbench {

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
        return opened.trial(program, Planner.plan(program, device, problem.arithmetic(), Choices.named(variant)));
    }

    @Override
    public void close() {
        opened.close();
    }
}
