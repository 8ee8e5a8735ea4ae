package scorefield.ncsn.collective;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Ranks that are threads of one process: what several processes compute, without starting them. */
public final class Threads {

    private Threads() {}

    /** What each rank's work results in; all are on one machine. */
    public static <T> List<T> run(int ranks, Function<Collective, T> work) {
        return run(Collections.nCopies(ranks, "threads"), work);
    }

    /**
     * What each rank's work results in.
     *
     * @param hosts the name of each rank's machine
     */
    public static <T> List<T> run(List<String> hosts, Function<Collective, T> work) {
        int ranks = hosts.size();
        ExecutorService pool = Executors.newFixedThreadPool(ranks);
        try {
            Meeting meeting = new Meeting(ranks);
            List<Callable<T>> all = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                Collective collective = new Rank(rank, hosts, meeting);
                all.add(() -> work.apply(collective));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(all)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Where they exchange what they have. */
    private static final class Meeting {
        private final CyclicBarrier barrier;
        private final Object[] brought;

        Meeting(int ranks) {
            barrier = new CyclicBarrier(ranks);
            brought = new Object[ranks];
        }

        @SuppressWarnings("unchecked")
        <T> List<T> exchange(int rank, T mine) {
            brought[rank] = mine;
            await();
            List<T> all = new ArrayList<>();
            for (Object one : brought) {
                all.add((T) one);
            }
            await();
            return all;
        }

        private void await() {
            try {
                barrier.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private record Rank(int rank, List<String> hosts, Meeting meeting) implements Collective {

        @Override
        public int size() {
            return meeting.brought.length;
        }

        @Override
        public int localRank() {
            return Collections.frequency(hosts.subList(0, rank), hosts.get(rank));
        }

        @Override
        public String host(int of) {
            return hosts.get(of);
        }

        @Override
        public void fail(int code, String cause) {
            throw new IllegalStateException(cause);
        }

        @Override
        public float[] sum(BinaryTree tree, List<float[]> parts) {
            List<float[]> copies = new ArrayList<>();
            meeting.exchange(rank, parts).forEach(of -> of.forEach(part -> copies.add(part.clone())));
            List<BinaryTree.Node> nodes = new ArrayList<>();
            for (int r = 0; r < size(); r++) {
                nodes.addAll(tree.ofRank(r, size()));
            }
            barrier();
            return tree.sum(nodes, copies);
        }

        @Override
        public byte[] broadcast(byte[] bytes) {
            return meeting.exchange(rank, bytes).get(0);
        }

        @Override
        public List<byte[]> gather(byte[] bytes) {
            return meeting.exchange(rank, bytes);
        }

        @Override
        public void close() {}
    }
}
