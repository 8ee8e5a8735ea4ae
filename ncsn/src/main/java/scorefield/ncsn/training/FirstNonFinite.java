package scorefield.ncsn.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import scorefield.autodiff.DType;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.Broadcast;
import scorefield.autodiff.op.Reshape;

/**
 * Finds where a computation first leaves the finite numbers.
 *
 * <p>It runs the graph once more, in pieces, each fetching one number for each of its tensors: whether anything in it is not finite. In
 * pieces, because the first bad tensor is usually near the front, and because a program that keeps track of a thousand tensors would need
 * a thousand reductions to be compiled.
 */
final class FirstNonFinite {

    private static final int PIECE = 40;

    private FirstNonFinite() {}

    /**
     * The first of the tensors that is not finite everywhere, in words.
     *
     * @param order the graph's tensors, each after its inputs
     */
    static Optional<String> find(Device device, List<Tensor> order, Map<Tensor, Values> feeds) {
        List<Tensor> suspects = order.stream()
                .filter(tensor -> tensor.dtype() == DType.FLOAT)
                // These only repeat their input's numbers.
                .filter(tensor -> !(tensor.op() instanceof Broadcast) && !(tensor.op() instanceof Reshape))
                .toList();
        for (int from = 0; from < suspects.size(); from += PIECE) {
            List<Tensor> piece = suspects.subList(from, Math.min(from + PIECE, suspects.size()));
            List<Tensor> flags = piece.stream()
                    .map(tensor -> Tensor.scalar(1).minus(tensor.isFinite()).max())
                    .toList();
            try (Executable executable = device.compile(new Program(flags, Map.of()))) {
                List<Values> found = executable.run(feeds);
                for (int i = 0; i < piece.size(); i++) {
                    if (found.get(i).item() != 0) {
                        return Optional.of(describe(piece.get(i)));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The tensor's own name, or its op, its shape and the nearest named tensors that it is computed from. */
    private static String describe(Tensor tensor) {
        if (!tensor.name().isEmpty()) {
            return "'" + tensor.name() + "' (" + tensor.op().label() + ", " + tensor.shape() + ")";
        }
        List<String> names = new ArrayList<>();
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Tensor> open = new ArrayDeque<>(tensor.inputs());
        while (!open.isEmpty() && names.size() < 2) {
            Tensor next = open.poll();
            if (!seen.add(next)) {
                continue;
            }
            if (next.name().isEmpty()) {
                open.addAll(next.inputs());
            } else {
                names.add("'" + next.name() + "'");
            }
        }
        return tensor.op().label() + " " + tensor.shape()
                + (names.isEmpty() ? "" : ", computed from " + String.join(" and ", names));
    }
}
