package scorefield.kernels.ladder;

import java.util.List;
import scorefield.autodiff.Tensor;

/**
 * An op, and the kernels that lead from the first one that anyone would write to the one in use: {@link Ladders} lists them, {@link Climb}
 * checks and measures them.
 */
public interface Ladder {

    /** What a person calls the op. */
    String name();

    /** What it computes, in one line. */
    String formula();

    /** The extents of its shapes: those of a layer, with their names and bounds. */
    Extents extents();

    /** Small ones on which every rung is checked: odd numbers, and numbers that no block divides. */
    List<Extents> awkward();

    /**
     * The op.
     *
     * @return a tensor of inputs that are leaves
     * @throws IllegalArgumentException if there is no such op
     */
    Tensor node(Extents extents);

    /** The operations of the formula. */
    double flops(Extents extents);

    /** The least memory traffic, in bytes: everything that is read or written, once. */
    double bytes(Extents extents);

    /** The kernels, from the first one that anyone would write upwards, without the one in use. */
    List<Rung> rungs(Extents extents);

    /** What the kernel in use does besides, in one sentence. */
    String inUse();
}
