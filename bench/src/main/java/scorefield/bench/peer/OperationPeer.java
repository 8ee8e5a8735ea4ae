package scorefield.bench.peer;

/**
 * One library's way to do single operations. Every peer is given the {@linkplain Operation#numbers same numbers}, keeps them in whatever
 * memory and layout suits it, and is not timed while it brings them there or its results back.
 */
public interface OperationPeer extends Library {

    /** Brings an operation's numbers into place, instead of those of the operation before. */
    void prepare(Operation operation);

    /** Does the operation so often, and waits for the last. */
    void repeat(int times);

    /** What it computes, in the layout that {@link Operation#results} says. */
    float[] results();
}
