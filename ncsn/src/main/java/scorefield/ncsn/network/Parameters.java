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
 * All parameters of a network, one after the other in one flat vector FLOAT[P].
 *
 * <p>One vector, because then the optimiser and the moving average are a few launches over P numbers instead of a few for each of some
 * hundred tensors, and because a checkpoint is one read and one write of the device. Layers {@linkplain #add add} theirs when the network
 * is built.
 */
public final class Parameters {

    /** The step −1: no step of training or sampling has it, so initial numbers are none of the numbers drawn later. */
    private static final int STEP = -1;

    private final List<Parameter> list = new ArrayList<>();
    private int size;

    /**
     * Places one more parameter at the end of the vector.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    public Parameter add(String name, Shape shape, Layout layout, Initial initial) {
        if (list.stream().anyMatch(parameter -> parameter.name().equals(name))) {
            throw new IllegalArgumentException("there already is a parameter " + name);
        }
        Parameter parameter = new Parameter(name, shape, size, layout, initial);
        list.add(parameter);
        size = Math.addExact(size, parameter.size());
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

    /** The parameters as tensors, cut out of a flat vector FLOAT[P]: a variable, an input, or anything computed. */
    public Weights weights(Tensor flat) {
        requireLength(flat.shape().size());
        return new Weights(list, flat);
    }

    /**
     * The inverse of {@link #weights}: one flat vector.
     *
     * @param tensors one for each parameter, in order and of its shape: gradients, say
     * @return FLOAT[P]
     */
    public Tensor flatten(List<Tensor> tensors) {
        if (tensors.size() != list.size()) {
            throw new IllegalArgumentException(
                    "there are " + list.size() + " parameters, but " + tensors.size() + " tensors were given");
        }
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            if (!tensor.shape().equals(list.get(i).shape())) {
                throw new IllegalArgumentException("parameter " + list.get(i).name() + " is "
                        + list.get(i).shape() + ", but the tensor given for it is " + tensor);
            }
            parts.add(tensor.reshape(list.get(i).size()));
        }
        return Tensor.concatenate(0, parts);
    }

    /** The numbers to start training from: a function of the seed alone, the same for every device that trains. */
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
            throw new IllegalArgumentException("parameter " + parameter.name() + " is " + parameter.diskShape()
                    + " on disk, " + parameter.size() + " numbers, not " + disk.length);
        }
        int[] indices = parameter.layout().deviceIndices(parameter.shape());
        for (int i = 0; i < disk.length; i++) {
            flat[parameter.offset() + indices[i]] = disk[i];
        }
    }

    private void requireLength(int length) {
        if (length != size) {
            throw new IllegalArgumentException(
                    "the network has " + size + " parameters, but the flat vector has " + length);
        }
    }
}
