package scorefield.bench.peer;

/**
 * Single operations with one library. Every peer gets the {@linkplain Operation#numbers same numbers} and keeps them in the memory and
 * layout that suit it. Copying them there, and the results back, is not timed.
 */
public interface OperationPeer extends Library {

    /** Copies an operation's numbers into place; they replace those of the previous operation. */
    void prepare(Operation operation);

    /** Does the operation this many times, and waits for the last. */
    void repeat(int times);

    /** The results, in the layout of {@link Operation#results}. */
    float[] results();
}
