package scorefield.kernels.pass;

import java.util.List;
import scorefield.autodiff.Program;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.opencl.ClDevice;

/** All passes, in the order in which they run: from a program to a {@link Plan}. */
public final class Planner {

    private final List<Pass> passes;
    private final Plan plan;

    /**
     * Plans a program for a device.
     *
     * @param arithmetic how matrices are multiplied
     * @param choices which of several ways computes an op
     */
    public Planner(Program program, ClDevice device, Arithmetic arithmetic, Choices choices) {
        Lower lower = new Lower(program);
        Simplify simplify = new Simplify(lower.program());
        Epilogues epilogues = new Epilogues(simplify.program());
        Program rewritten = epilogues.program();
        Fusion fusion = new Fusion(rewritten);
        Residence residence = new Residence(rewritten, fusion.groups());
        Scheduler scheduler = new Scheduler(fusion.groups(), residence);
        Selection selection = new Selection(rewritten, scheduler.order(), residence, device, arithmetic, choices);
        // Kernels take offsets as an int, of which one for bytes reaches 2 GiB.
        MemoryPlanner memory = new MemoryPlanner(
                selection.launches(), selection::isKept, Math.min(device.maxAllocation(), Integer.MAX_VALUE));
        passes = List.of(lower, simplify, epilogues, fusion, residence, scheduler, selection, memory);
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

    /** What the program comes to. */
    public Plan plan() {
        return plan;
    }

    /** For people: what each pass did. */
    public String report() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < passes.size(); i++) {
            Pass pass = passes.get(i);
            text.append("%d. %s: ".formatted(i + 1, pass.getClass().getSimpleName()))
                    .append(pass.report());
        }
        return text.toString();
    }
}
