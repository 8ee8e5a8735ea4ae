package scorefield.ncsn.network;

import scorefield.autodiff.Shape;

/**
 * One parameter tensor of a network: a part of the flat vector that holds all parameters.
 *
 * @param name as in PyTorch: the layer's name, then {@code .weight} or {@code .bias}; {@code down.0.conv1.weight}
 * @param shape its shape on the device
 * @param offset its first index in the flat vector
 * @param layout the order of its axes on the device and on disk
 * @param initial its initialisation
 */
public record Parameter(String name, Shape shape, int offset, Layout layout, Initial initial) {

    /** Checks that the shape has as many axes as the layout. */
    public Parameter {
        if (shape.rank() != layout.rank()) {
            throw new IllegalArgumentException(
                    "parameter " + name + " of layout " + layout + " needs " + layout.rank() + " axes; got " + shape);
        }
    }

    /** The number of its elements. */
    public int size() {
        return shape.size();
    }

    /** The index in the flat vector after its last element. */
    public int end() {
        return offset + size();
    }

    /** Its shape on disk, as in PyTorch. */
    public Shape diskShape() {
        return layout.onDisk(shape);
    }
}
