package scorefield.ncsn.ode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * How large the estimated error of a step is, in units of what is tolerated: the root mean square over a sample's numbers, of the sample in
 * which it is greatest. So no sample of a batch is worse than was asked for, and one number says so.
 */
final class ErrorNorm implements AutoCloseable {

    /** Stands for an error that is not finite: a device's maximum may pass over what is not a number. */
    private static final double NOT_FINITE = 1e30;

    // Fed, not constants: the kernels are the same for all tolerances.
    private final Tensor size = Tensor.input("h", Shape.SCALAR);
    private final Tensor relative = Tensor.input("relative", Shape.SCALAR);
    private final Tensor absolute = Tensor.input("absolute", Shape.SCALAR);
    private final Executable worst;

    ErrorNorm(Device device, RungeKutta method) {
        List<Tensor> errors = method.errors();
        List<Tensor> norms = new ArrayList<>();
        for (int part = 0; part < errors.size(); part++) {
            Tensor from = method.state().get(part);
            Tensor to = method.argument().get(part);
            Tensor tolerated = from.abs().maximum(to.abs()).times(relative).plus(absolute);
            Tensor norm = errors.get(part)
                    .times(size)
                    .over(tolerated)
                    .square()
                    .reshape(from.shape().dim(0), -1)
                    .mean(1)
                    .sqrt();
            norms.add(Tensor.select(norm.isFinite(), norm, Tensor.scalar(NOT_FINITE))
                    .max());
        }
        worst = device.compile(
                Program.fetching(norms.stream().reduce(Tensor::maximum).orElseThrow()));
    }

    /** Of the step of this size that was tried: at most 1 where it is tolerable. */
    double of(double step, Tolerance tolerance) {
        return worst.run(Map.of(
                        size, Values.scalar(step),
                        relative, Values.scalar(tolerance.relative()),
                        absolute, Values.scalar(tolerance.absolute())))
                .get(0)
                .item();
    }

    @Override
    public void close() {
        worst.close();
    }
}
