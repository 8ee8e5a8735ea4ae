package scorefield.kernels.pass;

/** One step on the way from a program to a plan. A pass runs when it is made, and holds what it made. */
interface Pass {

    /** What it is called, for people. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** What it did, for people: one or more lines. */
    String report();
}
