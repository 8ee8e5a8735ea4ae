package scorefield.ncsn.study;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;

/**
 * The memory that a program needs at least where each tensor is computed once, in the program's order, and kept until its last use: the
 * most bytes that live at one time. It counts what a computation is, not what a device makes of it: one that fuses tensors away needs less.
 */
final class LiveBytes {

    private LiveBytes() {}

    /** The most bytes that live at one time: leaves and results always, other tensors from their computation to their last use. */
    static long of(Program program) {
        List<Tensor> order = program.order();
        Map<Tensor, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < order.size(); i++) {
            for (Tensor input : order.get(i).inputs()) {
                lastUse.put(input, i);
            }
        }
        for (Tensor tensor : order) {
            if (tensor.inputs().isEmpty()) {
                lastUse.put(tensor, order.size());
            }
        }
        program.fetches().forEach(tensor -> lastUse.put(tensor, order.size()));
        program.updates().values().forEach(tensor -> lastUse.put(tensor, order.size()));
        long live = order.stream()
                .filter(tensor -> tensor.inputs().isEmpty())
                .mapToLong(LiveBytes::bytes)
                .sum();
        long most = live;
        for (int i = 0; i < order.size(); i++) {
            Tensor tensor = order.get(i);
            if (tensor.inputs().isEmpty()) {
                continue;
            }
            live += bytes(tensor);
            most = Math.max(most, live);
            for (Tensor input : tensor.inputs().stream().distinct().toList()) {
                if (lastUse.get(input) == i) {
                    live -= bytes(input);
                }
            }
        }
        return most;
    }

    private static long bytes(Tensor tensor) {
        return (long) tensor.shape().size() * tensor.dtype().bytes();
    }
}
