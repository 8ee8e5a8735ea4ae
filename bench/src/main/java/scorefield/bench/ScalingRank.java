package scorefield.bench;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import scorefield.autodiff.Device;
import scorefield.bench.peer.Workload;
import scorefield.kernels.Devices;
import scorefield.ncsn.collective.BinaryTree;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.Ranks;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.network.UNet;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * One of the processes that {@link Scaling} measures: it trains, each rank on as many shards of as many images, and prints what the steps took, a
 * line of JSON, on rank 0. Compiling and two steps come before the clock starts.
 *
 * <p>Arguments: the workload, the images of a rank's step, the steps; with {@code exchange} in place of the workload, only sums are timed.
 */
public final class ScalingRank {

    private static final Gson JSON = new Gson();
    private static final int SHARDS_A_RANK = 2;
    private static final int REPEATED = 15;

    private ScalingRank() {}

    public static void main(String... arguments) {
        try (Collective ranks = Ranks.areLaunched() ? Ranks.join(System.err::println) : Collective.ALONE) {
            Object measured = arguments[0].equals("exchange")
                    ? exchanges(ranks)
                    : steps(
                            Workload.named(arguments[0]),
                            Integer.parseInt(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            ranks);
            if (ranks.isFirst()) {
                System.out.println(JSON.toJson(measured));
            }
        }
    }

    /** Seconds a step, and of them the exchange's and the wait's for the slowest rank before it. */
    record Step(double seconds, double exchange, double waiting) {}

    private static Step steps(Workload workload, int images, int steps, Collective ranks) {
        UNet network = workload.network();
        int batch = images * ranks.size();
        Configuration configuration = Configuration.of(
                Settings.of("training.batch", batch).over(Settings.of("training.shards", SHARDS_A_RANK * ranks.size())),
                "grey28");
        byte[] bytes = new byte[2 * batch * network.sample().size()];
        new Random(1).nextBytes(bytes);
        Images data = Images.of(
                "random",
                network.sample().dim(0),
                network.sample().dim(1),
                network.sample().dim(2),
                bytes);
        Timed timed = new Timed(ranks);
        try (Device device = Devices.open();
                Trainer trainer = new Trainer(
                        device,
                        network,
                        new AnnealedDenoising(),
                        data,
                        SigmaDensity.uniformOver(NoiseLevels.geometric(10, 0.01, 20)),
                        configuration.training(),
                        TrainingState.initial(network, 1),
                        timed)) {
            trainer.step();
            trainer.step();
            trainer.statistics();
            ranks.barrier();
            timed.exchange = 0;
            timed.waiting = 0;
            long began = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                trainer.step();
            }
            trainer.statistics();
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Step(seconds / steps, timed.exchange / 1e9 / steps, timed.waiting / 1e9 / steps);
        }
    }

    /** For each vector size in bytes: the seconds of a sum over the ranks, and of a copy in memory; medians. */
    private static List<Map<String, Double>> exchanges(Collective ranks) {
        List<Map<String, Double>> sizes = new ArrayList<>();
        for (int numbers = 1 << 8; numbers <= 1 << 24; numbers *= 4) {
            float[] vector = new float[numbers];
            float[] copy = new float[numbers];
            BinaryTree tree = new BinaryTree(Integer.highestOneBit(2 * ranks.size() - 1));
            List<float[]> parts = new ArrayList<>();
            tree.ofRank(ranks.rank(), ranks.size()).forEach(node -> parts.add(vector));
            long[] sums = new long[REPEATED];
            long[] copies = new long[REPEATED];
            for (int i = 0; i < REPEATED; i++) {
                ranks.barrier();
                long began = System.nanoTime();
                ranks.sum(tree, parts);
                sums[i] = System.nanoTime() - began;
                began = System.nanoTime();
                System.arraycopy(vector, 0, copy, 0, numbers);
                copies[i] = System.nanoTime() - began;
            }
            Map<String, Double> size = new LinkedHashMap<>();
            size.put("bytes", (double) Float.BYTES * numbers);
            size.put("sum", median(sums));
            size.put("copy", median(copies));
            sizes.add(size);
        }
        return sizes;
    }

    private static double median(long[] nanoseconds) {
        return LongStream.of(nanoseconds).sorted().toArray()[nanoseconds.length / 2] / 1e9;
    }

    /** Takes the time of sums, and before each of the wait for the slowest rank. */
    private static final class Timed implements Collective {

        private final Collective ranks;
        private long exchange;
        private long waiting;

        Timed(Collective ranks) {
            this.ranks = ranks;
        }

        @Override
        public float[] sum(BinaryTree tree, List<float[]> parts) {
            long began = System.nanoTime();
            ranks.barrier();
            long together = System.nanoTime();
            float[] sum = ranks.sum(tree, parts);
            waiting += together - began;
            exchange += System.nanoTime() - together;
            return sum;
        }

        @Override
        public int rank() {
            return ranks.rank();
        }

        @Override
        public int size() {
            return ranks.size();
        }

        @Override
        public int localRank() {
            return ranks.localRank();
        }

        @Override
        public String host(int rank) {
            return ranks.host(rank);
        }

        @Override
        public byte[] broadcast(byte[] bytes) {
            return ranks.broadcast(bytes);
        }

        @Override
        public List<byte[]> gather(byte[] bytes) {
            return ranks.gather(bytes);
        }

        @Override
        public void fail(int code, String cause) {
            ranks.fail(code, cause);
        }

        @Override
        public void close() {
            ranks.close();
        }
    }
}
