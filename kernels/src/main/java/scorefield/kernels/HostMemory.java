package scorefield.kernels;

import java.nio.ByteBuffer;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.kernels.opencl.ClContext;

/** Host values as the bytes that a device sees, and back. */
final class HostMemory {

    private HostMemory() {}

    static ByteBuffer of(Values values) {
        ByteBuffer host =
                ClContext.hostMemory(values.shape().size() * values.dtype().bytes());
        switch (values.dtype()) {
            case FLOAT -> host.asFloatBuffer().put(values.floats());
            case INT -> host.asIntBuffer().put(values.ints());
            case BYTE -> host.duplicate().put(values.bytes());
        }
        return host;
    }

    static Values values(Shape shape, DType dtype, ByteBuffer host) {
        switch (dtype) {
            case FLOAT -> {
                float[] floats = new float[shape.size()];
                host.asFloatBuffer().get(floats);
                return Values.of(shape, floats);
            }
            case INT -> {
                int[] ints = new int[shape.size()];
                host.asIntBuffer().get(ints);
                return Values.of(shape, ints);
            }
            default -> {
                byte[] bytes = new byte[shape.size()];
                host.duplicate().get(bytes);
                return Values.of(shape, bytes);
            }
        }
    }
}
