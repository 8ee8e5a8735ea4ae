package scorefield.autodiff;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.op.Variable;

/**
 * What to compute: tensors to fetch, and variables to update.
 *
 * <p>Every fetch and every update sees the variables as they were before the run; all updates take effect together, after it.
 *
 * @param fetches tensors whose numbers a run returns
 * @param updates each variable with the tensor that becomes its new value, of the same shape and type. The map should have a fixed order (a
 *     {@link LinkedHashMap}): a device plans in that order, and only the same plan gives the same bits
 */
public record Program(List<Tensor> fetches, Map<Tensor, Tensor> updates) {

    /**
     * @throws IllegalArgumentException if an update's target is not a variable, or differs from its new value in shape or type
     */
    public Program {
        fetches = List.copyOf(fetches);
        updates = Collections.unmodifiableMap(new LinkedHashMap<>(updates));
        updates.forEach((target, value) -> {
            if (!(target.op() instanceof Variable)) {
                throw new IllegalArgumentException("only a variable can be updated, not " + target);
            }
            if (!target.shape().equals(value.shape()) || target.dtype() != value.dtype()) {
                throw new IllegalArgumentException(
                        "variable " + target + " cannot become " + value + ": shape and type must be the same");
            }
        });
    }

    /** A program that only fetches. */
    public static Program fetching(Tensor... fetches) {
        return new Program(List.of(fetches), Map.of());
    }

    /** Everything that has to be computed, each tensor after its inputs. */
    public List<Tensor> order() {
        List<Tensor> roots = new ArrayList<>(fetches);
        roots.addAll(updates.values());
        return Tensor.order(roots);
    }
}
