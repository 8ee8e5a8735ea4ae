package scorefield.ncsn.network;

import scorefield.autodiff.Shape;

/**
 * One tensor of a network's parameters: a part of the flat vector that holds them all.
 *
 * @param name as in PyTorch: the layer's name, then {@code .weight} or {@code .bias}; {@code down.0.conv1.weight}
 * @param shape on the device
 * @param offset where it starts in the flat vector
 * @param layout how its axes lie on the device and on disk
 * @param initial how its numbers start
 */
public record Parameter(String name, Shape shape, int offset, Layout layout, Initial initial) {

    public Parameter {
        if (shape.rank() != layout.rank()) {
            throw new IllegalArgumentException(
                    "parameter " + name + " of layout " + layout + " needs " + layout.rank() + " axes, not " + shape);
        }
    }

    /** How many numbers it has. */
    public int size() {
        return shape.size();
    }

    /** The first index of the flat vector after it. */
    public int end() {
        return offset + size();
    }

    /** Its shape on disk, which is PyTorch's. */
    public Shape diskShape() {
        return layout.onDisk(shape);
    }
}
