package scorefield.bench.peer;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.ListType;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/** The ops over lists of tensors that Python's optimisers use. libtorch has no C++ function for them, but its dispatcher finds them. */
final class LibtorchOps {

    private final OperatorHandle fusedAdam = find("aten::_fused_adam_", "");
    private final OperatorHandle add = find("aten::_foreach_add_", "Scalar");
    private final OperatorHandle lerp = find("aten::_foreach_lerp_", "Scalar");

    private static OperatorHandle find(String name, String overload) {
        return Dispatcher.singleton().findSchemaOrThrow(name, overload);
    }

    /** A list of tensors, as these ops take it. */
    static GenericList list(Iterable<Tensor> tensors) {
        GenericList list = new GenericList(ListType.ofTensors().getElementType());
        tensors.forEach(tensor -> list.push_back(new IValue(tensor)));
        return list;
    }

    /** Adds a number to every element of every tensor. */
    void add(GenericList tensors, double number) {
        call(add, new IValue(tensors), new IValue(number));
    }

    /** start ← start + weight·(end − start). */
    void lerp(GenericList starts, GenericList ends, double weight) {
        call(lerp, new IValue(starts), new IValue(ends), new IValue(weight));
    }

    /** One step of Adam; the caller must increment the step counts first. */
    void adam(
            GenericList parameters,
            GenericList gradients,
            GenericList means,
            GenericList meanSquares,
            GenericList none,
            GenericList counts) {
        call(
                fusedAdam,
                new IValue(parameters),
                new IValue(gradients),
                new IValue(means),
                new IValue(meanSquares),
                new IValue(none), // max_exp_avg_sqs, for AMSGrad
                new IValue(counts),
                new IValue(Peer.LEARNING_RATE),
                new IValue(Peer.BETA1),
                new IValue(Peer.BETA2),
                new IValue(0.0), // weight decay
                new IValue(Peer.EPSILON),
                new IValue(false), // AMSGrad
                new IValue(false), // maximize
                new IValue(), // grad_scale
                new IValue()); // found_inf
    }

    private static void call(OperatorHandle op, IValue... arguments) {
        op.callBoxed(new IValueVector(arguments));
    }
}
