package scorefield.kernels.ladder;

import java.util.List;
import scorefield.kernels.launch.KernelSource;

/**
 * One of the kernels that compute an op, and what it teaches.
 *
 * @param name short, unique in its ladder
 * @param source the resource below {@code scorefield/kernels}; of the kernel in use, whose sources its plan has, what that plan launches
 * @param madeFor the processors that it makes sense on. It runs on the others as well.
 * @param changed what is different from the rung before, in one sentence
 * @param why what this helps, in one sentence
 * @param scratch how many floats of memory it needs between its steps; 0 where none
 * @param steps its launches for certain extents, in their order; none for the kernel in use
 */
public record Rung(
        String name, String source, Suits madeFor, String changed, String why, long scratch, List<Step> steps) {

    /** Which processors something makes sense on. */
    public enum Suits {
        /** All. */
        ANY(""),
        /** Those with few cores, large caches and vectors. */
        CPU("made for a CPU: with one work-item a group, and vectors of 16, it leaves most of a GPU idle"),
        /** Those with many small cores and local memory. */
        GPU("made for a GPU: a CPU has no local memory of its own, and runs the work-items of a group in turns");

        private final String elsewhere;

        Suits(String elsewhere) {
            this.elsewhere = elsewhere;
        }

        /** Why it makes little sense on another processor, in one sentence. */
        public String elsewhere() {
            return elsewhere;
        }
    }

    /** Copies the list of steps. */
    public Rung {
        steps = List.copyOf(steps);
    }

    /** A rung that needs no memory of its own. */
    static Rung of(String name, String source, Suits madeFor, String changed, String why, Step... steps) {
        return new Rung(name, source, madeFor, changed, why, 0, List.of(steps));
    }

    /** The same with so many floats of memory between its steps. */
    Rung withScratch(long floats) {
        return new Rung(name, source, madeFor, changed, why, floats, steps);
    }

    /** The OpenCL C, with what it includes. */
    public String text() {
        return KernelSource.text(source);
    }
}
