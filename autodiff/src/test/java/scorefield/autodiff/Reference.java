package scorefield.autodiff;

import java.util.List;
import java.util.Map;

/** Evaluates tensors on the reference device. */
public final class Reference {

    private Reference() {}

    /** The numbers of some tensors, given those of the inputs. */
    public static List<Values> evaluate(Map<Tensor, Values> feeds, List<Tensor> tensors) {
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(new Program(tensors, Map.of()))) {
            return executable.run(feeds);
        }
    }

    /** The numbers of one tensor, given those of the inputs. */
    public static Values evaluate(Map<Tensor, Values> feeds, Tensor tensor) {
        return evaluate(feeds, List.of(tensor)).get(0);
    }

    /** The numbers of a tensor without inputs. */
    public static Values evaluate(Tensor tensor) {
        return evaluate(Map.of(), tensor);
    }
}
