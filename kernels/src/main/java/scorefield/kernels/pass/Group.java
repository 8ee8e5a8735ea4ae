package scorefield.kernels.pass;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import scorefield.autodiff.Tensor;
import scorefield.kernels.families.Families;

/** What is computed together: by one generated kernel, or by the launches of one op. */
final class Group {

    private final List<Tensor> outputs = new ArrayList<>();
    private final Set<Tensor> inputs = new LinkedHashSet<>();

    Group(Tensor output) {
        outputs.add(output);
    }

    /** The tensors that it stores, in topological order; of siblings, the one whose launches compute both comes first. */
    public List<Tensor> outputs() {
        return outputs;
    }

    /** The stored tensors that it reads. In a fixed order, so that the same program is always planned alike. */
    public Set<Tensor> inputs() {
        return inputs;
    }

    /** The first of its outputs. */
    public Tensor node() {
        return outputs.get(0);
    }

    /** Whether it is a chain of fusable ops; otherwise it is a reduction or a single op with launches of its own. */
    public boolean isPointwise() {
        return Families.isFusable(node());
    }

    /** The nodes that its launches compute: its outputs, and the fusable ones before them that are in no memory. */
    Set<Tensor> computed() {
        Set<Tensor> computed = Collections.newSetFromMap(new IdentityHashMap<>());
        computed.addAll(outputs);
        if (isPointwise() || Families.fold(node()).isPresent()) {
            Deque<Tensor> open = new ArrayDeque<>(outputs);
            while (!open.isEmpty()) {
                for (Tensor input : open.pop().inputs()) {
                    Tensor direct = Families.throughReshapes(input);
                    if (Families.isFusable(direct)
                            && Families.constantOf(direct).isEmpty()
                            && !inputs.contains(direct)
                            && computed.add(direct)) {
                        open.push(direct);
                    }
                }
            }
        }
        return computed;
    }

    /** Whether it reads a tensor only as element i for element i, and not through a broadcast or a slice. */
    boolean readsElementwise(Tensor tensor) {
        Deque<Tensor> open = new ArrayDeque<>(outputs);
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        while (!open.isEmpty()) {
            Tensor node = open.pop();
            for (Tensor input : node.inputs()) {
                Tensor direct = Families.throughReshapes(input);
                boolean elementwise = direct == tensor && !Families.isRepeated(node);
                if (!elementwise && Families.source(direct) == tensor) {
                    return false;
                }
                if (Families.isFusable(direct) && !inputs.contains(direct) && seen.add(direct)) {
                    open.push(direct);
                }
            }
        }
        return true;
    }
}
