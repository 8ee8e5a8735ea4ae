package scorefield.kernels.launch;

import java.util.List;
import java.util.Optional;

/** What a family works with when it launches a node: where its numbers lie, what the device is like, and where the launches go. */
public interface Emitter {

    /** Where the node's input lies. */
    Region input(int index);

    /** Where the node's result goes. */
    Region output();

    /** Where the node's sibling output goes, if the program has one: a second result of the same launches. */
    Optional<Region> sibling();

    /** Memory for single-precision numbers that lives for this node's launches only. Its content is undefined at first. */
    Region scratch(long floats);

    /** Whether the device is a CPU, where a work-group is one thread and vectors are explicit; otherwise it counts as a GPU. */
    boolean cpu();

    /** How many work-groups run at once. */
    int computeUnits();

    /** How matrices are multiplied on a GPU. */
    Arithmetic arithmetic();

    /**
     * Computes the node in one of several ways: the first, which is the shipped default, unless a tuner found another faster. Which ones
     * there are depends on the op, the shapes and the device alone; a family asks once for a node.
     */
    void oneOf(List<Variant> variants);

    /** Adds a launch. */
    void launch(Launch launch);
}
