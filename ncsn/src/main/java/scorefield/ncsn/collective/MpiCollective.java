package scorefield.ncsn.collective;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Ranks that an MPI launcher started.
 *
 * <p>A sum takes two exchanges. In the first, all-to-all, each rank gets its part of the vector from all ranks: part r of every subtree's sum
 * goes to rank r. It adds them in the tree's order, and in the second exchange, all-gather, each rank gets all parts of the result. Every rank
 * sends and receives 2·(R−1)/R times the vector, as in a ring, and no library decides the order of a sum.
 */
final class MpiCollective implements Collective {

    private final MpiLibrary mpi;
    private final int rank;
    private final int size;
    private final List<String> hosts;
    private final Watch watch;
    private Memory sent = new Memory(64);
    private Memory received = new Memory(64);

    /**
     * Initialises MPI, and watches the other ranks from now on.
     *
     * @param launched how many ranks the launcher says that it started; 0 where it does not say
     * @param host this machine's name
     * @param ended takes the line that says why all ranks end, on the rank that prints it
     */
    MpiCollective(MpiLibrary mpi, int launched, String host, Consumer<String> ended) {
        this.mpi = mpi;
        mpi.initialise();
        rank = mpi.rank();
        size = mpi.size();
        if (launched != 0 && size != launched) {
            throw new RanksException("the launcher started " + launched + " processes, but " + mpi.version()
                    + " knows of " + size + ": the launcher is that of another MPI; start with this one's mpirun");
        }
        List<String> all = new ArrayList<>();
        gather(host.getBytes(StandardCharsets.UTF_8))
                .forEach(name -> all.add(new String(name, StandardCharsets.UTF_8)));
        hosts = List.copyOf(all);
        watch = size == 1 ? Watch.NONE : Watch.begin(this, ended);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int localRank() {
        return (int)
                hosts.subList(0, rank).stream().filter(hosts.get(rank)::equals).count();
    }

    @Override
    public String host(int of) {
        return hosts.get(of);
    }

    @Override
    public float[] sum(BinaryTree tree, List<float[]> parts) {
        int length = parts.get(0).length;
        int[] sendCounts = new int[size];
        int[] receiveCounts = new int[size];
        int[] resultCounts = new int[size];
        List<BinaryTree.Node> nodes = new ArrayList<>();
        int own = part(length, rank + 1) - part(length, rank);
        for (int r = 0; r < size; r++) {
            int theirs = part(length, r + 1) - part(length, r);
            sendCounts[r] = bytes((long) parts.size() * theirs);
            List<BinaryTree.Node> ofRank = tree.ofRank(r, size);
            receiveCounts[r] = bytes((long) ofRank.size() * own);
            resultCounts[r] = bytes(theirs);
            nodes.addAll(ofRank);
        }
        int[] sendPlaces = places(sendCounts);
        int[] receivePlaces = places(receiveCounts);
        int[] resultPlaces = places(resultCounts);
        reserve(end(sendCounts, sendPlaces), Math.max(end(receiveCounts, receivePlaces), Float.BYTES * (long) length));
        for (int r = 0; r < size; r++) {
            int from = part(length, r);
            int theirs = part(length, r + 1) - from;
            for (int i = 0; i < parts.size(); i++) {
                sent.write(sendPlaces[r] + (long) Float.BYTES * i * theirs, parts.get(i), from, theirs);
            }
        }
        mpi.allToAll(sent, sendCounts, sendPlaces, received, receiveCounts, receivePlaces);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            vectors.add(received.getFloatArray((long) Float.BYTES * i * own, own));
        }
        float[] result = tree.sum(nodes, vectors);
        sent.write(0, result, 0, own);
        mpi.allGather(sent, resultCounts[rank], received, resultCounts, resultPlaces);
        return received.getFloatArray(0, length);
    }

    /** Where a rank's part of a vector begins. */
    private int part(int length, int ofRank) {
        return (int) ((long) length * ofRank / size);
    }

    private static int bytes(long floats) {
        return limited(Float.BYTES * floats);
    }

    private static int limited(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new RanksException("an exchange of " + bytes + " bytes is more than MPI's counts hold, "
                    + Integer.MAX_VALUE + "; use a number of ranks that is a power of two, or a smaller network");
        }
        return (int) bytes;
    }

    /** Places one behind the other. */
    private static int[] places(int[] counts) {
        int[] places = new int[counts.length];
        long place = 0;
        for (int i = 0; i < counts.length; i++) {
            places[i] = limited(place);
            place += counts[i];
        }
        return places;
    }

    private static long end(int[] counts, int[] places) {
        int last = counts.length - 1;
        return (long) places[last] + counts[last];
    }

    private void reserve(long toSend, long toReceive) {
        if (sent.size() < toSend) {
            sent = new Memory(toSend);
        }
        if (received.size() < toReceive) {
            received = new Memory(toReceive);
        }
    }

    @Override
    public byte[] broadcast(byte[] bytes) {
        reserve(Integer.BYTES, 0);
        sent.setInt(0, rank == 0 ? bytes.length : 0);
        mpi.broadcast(sent, Integer.BYTES);
        int count = sent.getInt(0);
        reserve(count, 0);
        if (rank == 0) {
            sent.write(0, bytes, 0, count);
        }
        mpi.broadcast(sent, count);
        return sent.getByteArray(0, count);
    }

    @Override
    public List<byte[]> gather(byte[] bytes) {
        int[] four = new int[size];
        Arrays.fill(four, Integer.BYTES);
        reserve(Math.max(Integer.BYTES, bytes.length), (long) Integer.BYTES * size);
        sent.setInt(0, bytes.length);
        mpi.allGather(sent, Integer.BYTES, received, four, places(four));
        int[] counts = received.getIntArray(0, size);
        int[] places = places(counts);
        reserve(0, end(counts, places));
        sent.write(0, bytes, 0, bytes.length);
        mpi.allGather(sent, bytes.length, received, counts, places);
        List<byte[]> all = new ArrayList<>();
        for (int r = 0; r < size; r++) {
            all.add(received.getByteArray(places[r], counts[r]));
        }
        return all;
    }

    @Override
    public void fail(int code, String cause) {
        watch.fail(code, cause);
    }

    @Override
    public void close() {
        barrier();
        watch.close();
        mpi.finish();
    }
}
