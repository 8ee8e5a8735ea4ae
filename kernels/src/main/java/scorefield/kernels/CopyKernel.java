package scorefield.kernels;

/** Copies a region to another of the same type. */
final class CopyKernel {

    private CopyKernel() {}

    static Launch launch(Region from, Region to, int elements) {
        String type = FusedExpression.ctype(from.dtype());
        String name = "copy_" + type;
        String text = """
                kernel void %s(global const %s *p, const int p_at, global %s *q, const int q_at) {
                    q[q_at + get_global_id(0)] = p[p_at + get_global_id(0)];
                }
                """.formatted(name, type, type);
        return Launch.generated(text, name)
                .read(from)
                .write(to)
                .global(elements)
                .work(0, 2.0 * elements * from.dtype().bytes());
    }
}
