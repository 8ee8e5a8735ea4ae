package scorefield.kernels.pass;

import java.util.List;
import scorefield.autodiff.Program;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.opencl.ClDevice;

/** All passes, in the order in which they run: from a program to a {@link Plan}. */
public final class Planner {

    private final Program program;
    private final ClDevice device;
    private final Lower lower;
    private final Simplify simplify;
    private final Epilogues epilogues;
    private final Fusion fusion;
    private final Residence residence;
    private final Scheduler scheduler;
    private final Selection selection;
    private final MemoryPlanner memory;
    private final Plan plan;

    /**
     * Plans a program for a device.
     *
     * @param arithmetic how matrices are multiplied
     * @param choices which of several ways computes an op
     */
    public Planner(Program program, ClDevice device, Arithmetic arithmetic, Choices choices) {
        this.program = program;
        this.device = device;
        lower = new Lower(program);
        simplify = new Simplify(lower.program());
        epilogues = new Epilogues(simplify.program());
        Program rewritten = epilogues.program();
        fusion = new Fusion(rewritten);
        residence = new Residence(rewritten, fusion.groups());
        scheduler = new Scheduler(fusion.groups(), residence);
        selection = new Selection(rewritten, scheduler.order(), residence, device, arithmetic, choices);
        // Kernels take offsets as an int, of which one for bytes reaches 2 GiB.
        memory = new MemoryPlanner(
                selection.launches(), selection::isKept, Math.min(device.maxAllocation(), Integer.MAX_VALUE));
        plan = new Plan(
                rewritten,
                fusion.groups().size(),
                selection.launches(),
                selection.computes(),
                memory.plan(),
                selection.fetches());
    }

    /** Plans in single precision with the ways that the program is shipped with. */
    public static Plan plan(Program program, ClDevice device) {
        return plan(program, device, Choices.SHIPPED);
    }

    /** Plans in single precision with the ways that someone chooses. */
    public static Plan plan(Program program, ClDevice device, Choices choices) {
        return plan(program, device, Arithmetic.FLOAT32, choices);
    }

    /** Plans in some arithmetic with the ways that someone chooses. */
    public static Plan plan(Program program, ClDevice device, Arithmetic arithmetic, Choices choices) {
        return new Planner(program, device, arithmetic, choices).plan();
    }

    /** The device that it plans for. */
    public ClDevice device() {
        return device;
    }

    /** What the program comes to. */
    public Plan plan() {
        return plan;
    }

    /** What became of each node of the program as it was given. */
    public Provenance provenance() {
        return new Provenance(program, lower, simplify, epilogues, fusion, residence, scheduler, selection);
    }

    /** For people: what each pass did. */
    public String report() {
        List<Pass> passes = List.of(lower, simplify, epilogues, fusion, residence, scheduler, selection, memory);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < passes.size(); i++) {
            Pass pass = passes.get(i);
            text.append("%d. %s: ".formatted(i + 1, pass.name())).append(pass.report());
        }
        return text.toString();
    }
}
