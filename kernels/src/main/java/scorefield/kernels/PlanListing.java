package scorefield.kernels;

import scorefield.kernels.pass.Plan;
import scorefield.kernels.pass.Planner;

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

    /** What each pass did on the way from the program to the launches. */
    public String passes() {
        return planner.report();
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
