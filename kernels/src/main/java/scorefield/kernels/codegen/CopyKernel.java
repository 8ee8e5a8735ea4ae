package scorefield.kernels.codegen;

import scorefield.kernels.launch.CType;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/** Copies a region to another of the same type. */
public final class CopyKernel {

    private static final int WORK_GROUP = 64;

    private CopyKernel() {}

    /** The launch that copies so many elements. */
    public static Launch launch(Region from, Region to, int elements) {
        String type = CType.of(from.dtype());
        String name = "copy_" + type;
        String text = """
                kernel void %s(global const %s *p, const int p_at, global %s *q, const int q_at, const int count) {
                    const int i = get_global_id(0);
                    if (i < count) {
                        q[q_at + i] = p[p_at + i];
                    }
                }
                """.formatted(name, type, type);
        return Launch.generated(text, name)
                .read(from)
                .write(to)
                .integer(elements)
                .forEach(elements, WORK_GROUP)
                .work(0, 2.0 * elements * from.dtype().bytes());
    }
}
