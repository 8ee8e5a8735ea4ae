package scorefield.ncsn.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Work that consists of numbered batches, each of which one rank does: batch b is rank b mod R's. What a batch results in does not depend on who
 * does it, so the whole is the same for any number of ranks.
 *
 * @param ranks who does the work
 * @param count how many batches there are
 */
public record Batches(Collective ranks, int count) {

    /** Whether this rank does a batch. */
    public boolean isMine(int batch) {
        return batch % ranks.size() == ranks.rank();
    }

    /**
     * Numbers of all batches, one batch after the other.
     *
     * @param own with this rank's batches in their places; completed with the others'
     * @param each how many numbers a batch has; the last may have fewer
     */
    public void complete(float[] own, int each) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * own.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(own);
        complete(bytes.array(), Float.BYTES * each);
        bytes.asFloatBuffer().get(own);
    }

    /** The same in double precision. */
    public void complete(double[] own, int each) {
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * own.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(own);
        complete(bytes.array(), Double.BYTES * each);
        bytes.asDoubleBuffer().get(own);
    }

    private void complete(byte[] all, int each) {
        if (ranks.size() == 1) {
            return;
        }
        ByteBuffer mine = ByteBuffer.allocate(all.length);
        for (int b = ranks.rank(); b < count; b += ranks.size()) {
            mine.put(all, b * each, Math.min(each, all.length - b * each));
        }
        byte[] sent = new byte[mine.position()];
        System.arraycopy(mine.array(), 0, sent, 0, sent.length);
        List<byte[]> parts = ranks.gather(sent);
        int[] taken = new int[ranks.size()];
        for (int b = 0; b < count; b++) {
            int rank = b % ranks.size();
            int length = Math.min(each, all.length - b * each);
            System.arraycopy(parts.get(rank), taken[rank], all, b * each, length);
            taken[rank] += length;
        }
    }
}
