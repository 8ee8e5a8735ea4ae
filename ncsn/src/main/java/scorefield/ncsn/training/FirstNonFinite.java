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
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Constant;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Pointwise;
import scorefield.autodiff.op.Reshape;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Transpose;

/**
 * Finds where a computation first leaves the finite numbers.
 *
 * <p>It runs the computation once more, each time with one more number for some of its tensors: whether anything in it is not finite. A
 * device fuses pointwise ops into few kernels, and to look at each one's result it would have to compile hundreds of others. So first only
 * the results of the other ops are looked at, which lie in memory anyway, and then the pointwise ops that lead to the first bad one.
 */
final class FirstNonFinite {

    private final Device device;
    private final Map<Tensor, Values> feeds;
    private final Set<Tensor> good = Collections.newSetFromMap(new IdentityHashMap<>());

    FirstNonFinite(Device device, Map<Tensor, Values> feeds) {
        this.device = device;
        this.feeds = feeds;
    }

    /**
     * The first tensor that is not finite everywhere among those that some results are computed from, in words.
     *
     * @param results what to look for in the order given: all that the first one is computed from comes first
     */
    Optional<String> find(List<Tensor> results) {
        for (Tensor result : results) {
            List<Tensor> suspects = Tensor.order(List.of(result)).stream()
                    .filter(tensor -> tensor == result || isWayMark(tensor))
                    .filter(tensor -> !good.contains(tensor))
                    .toList();
            Optional<Tensor> bad = first(suspects);
            if (bad.isPresent()) {
                Tensor mark = bad.get();
                return Optional.of(describe(first(leadingTo(mark)).orElse(mark)));
            }
        }
        return Optional.empty();
    }

    private static boolean isWayMark(Tensor tensor) {
        return !(tensor.op() instanceof Pointwise) && hasNumbersOfItsOwn(tensor);
    }

    /** Not those that only repeat or arrange their inputs' numbers. */
    private static boolean hasNumbersOfItsOwn(Tensor tensor) {
        return tensor.dtype() == DType.FLOAT
                && !(tensor.op() instanceof Broadcast
                        || tensor.op() instanceof Concatenate
                        || tensor.op() instanceof Constant
                        || tensor.op() instanceof Pad
                        || tensor.op() instanceof Reshape
                        || tensor.op() instanceof Slice
                        || tensor.op() instanceof Transpose);
    }

    /** A tensor, and before it what it is computed from since the last tensors that are known to be finite; in order. */
    private List<Tensor> leadingTo(Tensor mark) {
        Set<Tensor> since = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Tensor> open = new ArrayDeque<>(List.of(mark));
        while (!open.isEmpty()) {
            Tensor next = open.pop();
            if (!good.contains(next) && since.add(next)) {
                open.addAll(next.inputs());
            }
        }
        return Tensor.order(List.of(mark)).stream()
                .filter(tensor -> since.contains(tensor) && hasNumbersOfItsOwn(tensor))
                .toList();
    }

    /** The first of some tensors that is not finite; those before it are known to be good from now on. */
    private Optional<Tensor> first(List<Tensor> suspects) {
        List<Tensor> flags = suspects.stream().map(Tensor::anyNotFinite).toList();
        try (Executable executable = device.compile(new Program(flags, Map.of()))) {
            List<Values> found = executable.run(feeds);
            for (int i = 0; i < suspects.size(); i++) {
                if (found.get(i).item() != 0) {
                    return Optional.of(suspects.get(i));
                }
                good.add(suspects.get(i));
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
