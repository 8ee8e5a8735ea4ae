package scorefield.ncsn.collective;

import java.util.List;

/**
 * Several processes, the ranks, that run the same program on parts of the same work. Every method but {@link #rank} and {@link #size} is called
 * by all ranks in the same order, by one thread, and waits for the others.
 *
 * <p>{@link #ALONE} is the only rank there is: what all programs do that nobody started as several. {@link Ranks} opens the others.
 */
public interface Collective extends AutoCloseable {

    /** One process without others. */
    Collective ALONE = new Alone();

    /** This process's number, from 0. */
    int rank();

    /** How many processes there are. */
    int size();

    /** This process's number among those on the same machine, from 0. */
    int localRank();

    /** The name of the machine that a rank runs on. */
    String host(int rank);

    /** What a rank is called: {@code rank 1 on node7}. */
    default String name(int rank) {
        return "rank " + rank + " on " + host(rank);
    }

    /** Whether this is the rank that writes files and prints: rank 0. */
    default boolean isFirst() {
        return rank() == 0;
    }

    /**
     * The sum of a vector over all shards, in the order of a {@link BinaryTree}: the same bits for any number of ranks.
     *
     * @param tree whose leaves are the shards
     * @param parts the sum of each of {@link BinaryTree#ofRank this rank's} subtrees, all of one length; may be changed
     * @return the same on every rank
     */
    float[] sum(BinaryTree tree, List<float[]> parts);

    /**
     * Rank 0's bytes.
     *
     * @param bytes what rank 0 sends; ignored on the others
     */
    byte[] broadcast(byte[] bytes);

    /**
     * Every rank's bytes, such as a hash or a name, in the order of ranks.
     *
     * @param bytes this rank's, of any length
     */
    List<byte[]> gather(byte[] bytes);

    /** Returns when all ranks have come here. */
    default void barrier() {
        gather(new byte[0]);
    }

    /** Whether it is so on any rank. */
    default boolean any(boolean here) {
        return gather(new byte[] {(byte) (here ? 1 : 0)}).stream().anyMatch(there -> there[0] != 0);
    }

    /**
     * Ends all ranks, at once: this one cannot go on. Rank 0 prints one line that names the rank and the cause. Where there are others it does not
     * return, and may be called by any thread; alone it does nothing.
     *
     * @param code the exit code of all ranks
     * @param cause in one line
     */
    void fail(int code, String cause);

    /** Ends the work in common in good order, once every rank has called it. */
    @Override
    void close();
}
