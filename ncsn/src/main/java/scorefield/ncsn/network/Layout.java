package scorefield.ncsn.network;

import scorefield.autodiff.Shape;

/**
 * The order of a parameter's axes on the device and, in PyTorch's order, on disk.
 *
 * <p>On the device the output channels come last, so that a kernel reads the weights of neighbouring outputs with one load. A checkpoint
 * uses PyTorch's order, so that Python can load it.
 */
public enum Layout {
    /** kh×kw×Cin×Cout on the device, Cout×Cin×kh×kw on disk. */
    CONVOLUTION(3, 2, 0, 1),
    /** in×out on the device, out×in on disk. */
    LINEAR(1, 0),
    /** An embedding table, rows×columns on both. */
    EMBEDDING(0, 1),
    /** The same on both. */
    VECTOR(0);

    /** For each axis on disk, the corresponding axis of the device's shape. */
    private final int[] deviceAxes;

    Layout(int... deviceAxes) {
        this.deviceAxes = deviceAxes;
    }

    /** The number of axes. */
    int rank() {
        return deviceAxes.length;
    }

    /** The shape on disk of a parameter with this shape on the device. */
    Shape onDisk(Shape device) {
        int[] dims = new int[deviceAxes.length];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = device.dim(deviceAxes[axis]);
        }
        return Shape.of(dims);
    }

    /** For each number on disk, in its order, the index on the device. */
    int[] deviceIndices(Shape device) {
        int[] strides = device.strides();
        Shape disk = onDisk(device);
        int[] diskStrides = disk.strides();
        int[] indices = new int[device.size()];
        for (int i = 0; i < indices.length; i++) {
            for (int axis = 0; axis < deviceAxes.length; axis++) {
                indices[i] += i / diskStrides[axis] % disk.dim(axis) * strides[deviceAxes[axis]];
            }
        }
        return indices;
    }
}
