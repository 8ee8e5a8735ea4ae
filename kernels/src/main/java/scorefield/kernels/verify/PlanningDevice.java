package scorefield.kernels.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * A device that is not there: it keeps the programs that it is asked to compile, so that they can be planned for any device that can be
 * described. It computes nothing, and lets go of the numbers that it is given.
 */
public final class PlanningDevice implements Device {

    private final List<Program> programs = new ArrayList<>();

    /** The programs that were to be compiled, in order. */
    public List<Program> programs() {
        return List.copyOf(programs);
    }

    @Override
    public String name() {
        return "a device that only plans";
    }

    @Override
    public boolean fits(Program program) {
        return true;
    }

    @Override
    public Executable compile(Program program) {
        programs.add(program);
        return new Executable() {
            @Override
            public List<Values> run(Map<Tensor, Values> feeds) {
                throw refusal();
            }

            @Override
            public long bytes() {
                throw refusal();
            }

            @Override
            public void close() {}
        };
    }

    private static IllegalStateException refusal() {
        return new IllegalStateException(
                "a device that only plans runs no program; compile it on a device that computes");
    }

    @Override
    public void write(Tensor variable, Values values) {}

    @Override
    public Values read(Tensor variable) {
        throw refusal();
    }

    @Override
    public void free(Tensor variable) {}

    @Override
    public void close() {}
}
