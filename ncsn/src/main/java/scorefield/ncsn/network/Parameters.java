package scorefield.ncsn.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

/**
 * All parameters of a network, concatenated in one flat vector FLOAT[P].
 *
 * <p>With one vector, the optimiser and the moving average need a few launches over P numbers instead of a few for each
 * of some hundred tensors, and a checkpoint needs one read or write of device memory. Layers {@linkplain #add add}
 * their parameters when the network is built.
 */
public final class Parameters {

    /**
     * Step −1: training and sampling never use it, so the random numbers of the initialisation are independent of later
     * ones.
     */
    private static final int STEP = -1;

    private final List<Parameter> list = new ArrayList<>();
    private int size;

    /**
     * Appends a parameter to the vector.
     *
     * @throws IllegalArgumentException if a parameter with this name exists, or there are too many numbers for one vector
     */
    public Parameter add(String name, Shape shape, Layout layout, Initial initial) {
        if (list.stream().anyMatch(parameter -> parameter.name().equals(name))) {
            throw new IllegalArgumentException(
                    "a parameter's name must be unique; there already is a parameter " + name);
        }
        Parameter parameter = new Parameter(name, shape, size, layout, initial);
        list.add(parameter);
        if (size > Integer.MAX_VALUE - parameter.size()) {
            throw new IllegalArgumentException("the network would have more than 2^31-1 parameters; make it smaller");
        }
        size += parameter.size();
        return parameter;
    }

    /** The parameters in the order of the flat vector. */
    public List<Parameter> list() {
        return Collections.unmodifiableList(list);
    }

    /** P, the length of the flat vector. */
    public int size() {
        return size;
    }

    /** The parameters as slices of a flat vector FLOAT[P]: a variable, an input, or a computed tensor. */
    public Weights weights(Tensor flat) {
        requireLength(flat.shape().size());
        return new Weights(list, flat);
    }

    /**
     * The inverse of {@link #weights}: one flat vector.
     *
     * @param tensors one for each parameter, in order and of its shape, such as gradients
     * @return FLOAT[P]
     */
    public Tensor flatten(List<Tensor> tensors) {
        if (tensors.size() != list.size()) {
            throw new IllegalArgumentException(
                    "flatten needs one tensor for each of " + list.size() + " parameters; got " + tensors.size());
        }
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            if (!tensor.shape().equals(list.get(i).shape())) {
                throw new IllegalArgumentException("parameter " + list.get(i).name() + " has shape "
                        + list.get(i).shape() + ", but its tensor is " + tensor);
            }
            parts.add(tensor.reshape(list.get(i).size()));
        }
        return Tensor.concatenate(0, parts);
    }

    /** The initial parameters: they depend on the seed only and are the same for every device. */
    public float[] initial(long seed) {
        Tensor state = Tensor.constant(Values.of(Shape.of(4), (int) seed, (int) (seed >>> 32), STEP, STEP));
        List<Tensor> tensors = new ArrayList<>();
        for (Parameter parameter : list) {
            tensors.add(parameter.initial().numbers(parameter.shape(), state, tensors.size()));
        }
        try (ReferenceDevice device = new ReferenceDevice();
                Executable executable = device.compile(Program.fetching(flatten(tensors)))) {
            return executable.run(Map.of()).get(0).floats();
        }
    }

    /** A parameter's part of a flat vector, in the order of its {@linkplain Parameter#diskShape() shape on disk}. */
    public float[] toDisk(Parameter parameter, float[] flat) {
        requireLength(flat.length);
        int[] indices = parameter.layout().deviceIndices(parameter.shape());
        float[] disk = new float[indices.length];
        for (int i = 0; i < disk.length; i++) {
            disk[i] = flat[parameter.offset() + indices[i]];
        }
        return disk;
    }

    /** The inverse of {@link #toDisk}: puts a parameter's numbers, as they lie on disk, into a flat vector. */
    public void fromDisk(Parameter parameter, float[] disk, float[] flat) {
        requireLength(flat.length);
        if (disk.length != parameter.size()) {
            throw new IllegalArgumentException("parameter " + parameter.name() + " has shape " + parameter.diskShape()
                    + " on disk, which is " + parameter.size() + " numbers; got " + disk.length);
        }
        int[] indices = parameter.layout().deviceIndices(parameter.shape());
        for (int i = 0; i < disk.length; i++) {
            flat[parameter.offset() + indices[i]] = disk[i];
        }
    }

    private void requireLength(int length) {
        if (length != size) {
            throw new IllegalArgumentException(
                    "the flat vector must have one number for each of " + size + " parameters; got " + length);
        }
    }
}
