package scorefield.kernels;

import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.SpecialisedSource;
import scorefield.kernels.pass.Plan;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.pass.Provenance;

/** A program's plan for people who want to see how it runs. */
public final class PlanListing {

    private final Planner planner;
    private final Plan plan;

    PlanListing(Planner planner) {
        this.planner = planner;
        this.plan = planner.plan();
    }

    /**
     * The launches in order, with the tensor that each computes and what it reads and writes; before them, what the arena's size is made
     * of: the most that lives at one time, and what the packing loses.
     */
    public String launches() {
        return plan.listing();
    }

    /** The launches and where their buffers lie. */
    public Plan plan() {
        return plan;
    }

    /** What became of each node of the program on the way to the launches. */
    public Provenance provenance() {
        return planner.provenance();
    }

    /** What each pass did on the way from the program to the launches. */
    public String passes() {
        return planner.report();
    }

    /**
     * The OpenCL C of one launch as it is compiled, with the constants filled in: as {@link SpecialisedSource} shows it.
     *
     * @param launch its number
     */
    public String source(int launch) {
        Launch of = plan.launches().get(launch);
        return SpecialisedSource.of(of.text(), planner.device().options() + " " + of.options());
    }

    /** The OpenCL C of the kernels that were generated for this program. */
    public String generatedSource() {
        return plan.generatedSource();
    }

    /** All device memory that the program needs, its variables included, in bytes. */
    public long bytes() {
        return plan.bytes();
    }

    /** How many kernel launches one run is. */
    public int launchCount() {
        return plan.launches().size();
    }
}
