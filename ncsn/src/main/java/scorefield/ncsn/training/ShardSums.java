package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.collective.BinaryTree;

/**
 * Computes some neighbouring shards of a step and adds their vectors on the device, in the order of a {@link BinaryTree}. With all shards of
 * a step it is gradient accumulation: the whole batch's gradient with the memory of one shard and of log₂ S vectors.
 */
final class ShardSums implements AutoCloseable {

    private final Device device;
    private final Tensor sum;
    private final int from;
    private final int to;
    private final Executable shard;

    /** What is apart from the last term, which lies in {@link #sum}; from left to right. */
    private final List<Tensor> kept = new ArrayList<>();

    /** kept[i] ← sum */
    private final List<Executable> keep = new ArrayList<>();

    /** sum ← kept[i] + sum */
    private final List<Executable> add = new ArrayList<>();

    private int apart;

    /**
     * Compiles the programs.
     *
     * @param shard makes one shard's vector and puts it into {@code sum}
     * @param sum a variable
     * @param from the first shard
     * @param to the one after the last
     */
    ShardSums(Device device, Program shard, Tensor sum, int from, int to) {
        this.device = device;
        this.sum = sum;
        this.from = from;
        this.to = to;
        this.shard = device.compile(shard);
        for (int i = 0; i < BinaryTree.mostApart(from, to) - 1; i++) {
            Tensor variable = Tensor.variable("partial sum " + i, sum.shape());
            kept.add(variable);
            keep.add(device.compile(new Program(List.of(), Map.of(variable, sum))));
            add.add(device.compile(new Program(List.of(), Map.of(sum, variable.plus(sum)))));
        }
    }

    /**
     * Computes the shards and adds them. The device may still be at work when this returns.
     *
     * @param feeds what each shard is fed
     */
    void compute(IntFunction<Map<Tensor, Values>> feeds) {
        BinaryTree.Order order = new BinaryTree.Order();
        for (int i = from; i < to; i++) {
            if (order.apart() > 0) {
                keep.get(order.apart() - 1).run(Map.of());
            }
            shard.run(feeds.apply(i));
            int additions = order.add(BinaryTree.Node.leaf(i));
            for (int k = 1; k <= additions; k++) {
                add.get(order.apart() - 1 + additions - k).run(Map.of());
            }
        }
        apart = order.apart();
    }

    /** Waits for the device and reads the sums of the largest subtrees that the shards make up, from left to right. */
    List<float[]> read() {
        List<float[]> sums = new ArrayList<>();
        for (Tensor variable : kept.subList(0, apart - 1)) {
            sums.add(device.read(variable).floats());
        }
        sums.add(device.read(sum).floats());
        return sums;
    }

    /** The memory that all of it takes, in bytes. */
    long bytes() {
        return shard.bytes() + (long) Float.BYTES * kept.size() * sum.shape().size();
    }

    @Override
    public void close() {
        shard.close();
        keep.forEach(Executable::close);
        add.forEach(Executable::close);
    }
}
