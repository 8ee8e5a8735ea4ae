package scorefield.kernels.strided;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.DType;
import scorefield.kernels.launch.CType;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.strided.StridedKernels.Axis;

/** The launches of {@code strided_gpu.cl}. */
final class GpuCopies {

    private static final int AXES = 6;
    private static final int WORK_GROUP = 64;

    /** TILE and ROWS in the source. */
    private static final int TILE = 32;

    private static final int ROWS = 8;

    /** Axes shorter than this leave so much of a square empty that element by element is better. */
    private static final int LEAST_EXTENT = 8;

    private GpuCopies() {}

    /** Copies a block of numbers, its axes given outermost first. */
    static void copy(List<Axis> axes, Region source, Region target, Emitter out) {
        Axis write = axes.get(axes.size() - 1);
        Axis read = axes.stream().filter(axis -> axis.from() == 1).findFirst().orElse(write);
        if (write.to() == 1 && read != write && Math.min(read.extent(), write.extent()) >= LEAST_EXTENT) {
            transpose(axes, read, write, source, target, out);
        } else {
            List<Axis> all = padded(axes, AXES);
            Launch launch =
                    typed("strided_copy_gpu", source.dtype()).read(source).write(target);
            out.launch(strides(launch.integer(size(all)), all)
                    .forEach(size(all), WORK_GROUP)
                    .work(0, 2.0 * size(all) * source.dtype().bytes()));
        }
    }

    private static void transpose(List<Axis> axes, Axis read, Axis write, Region source, Region target, Emitter out) {
        List<Axis> others =
                axes.stream().filter(axis -> axis != read && axis != write).toList();
        Launch launch = typed("transpose_gpu", source.dtype())
                .read(source)
                .write(target)
                .integer(read.extent())
                .integer(write.extent())
                .integer(write.from())
                .integer(read.to());
        long squares = (long) tiles(read) * tiles(write);
        out.launch(strides(launch, padded(others, AXES - 2))
                .global(squares * TILE, (long) size(others) * ROWS)
                .local(TILE, ROWS)
                .work(0, 2.0 * size(axes) * source.dtype().bytes()));
    }

    /** Sets {@code length} numbers to zero at each of so many multiples of {@code stride}. */
    static void zero(Region target, int runs, int length, int stride, Emitter out) {
        int count = runs * length;
        out.launch(typed("strided_zero_gpu", target.dtype())
                .write(target)
                .integer(count)
                .integer(length)
                .integer(stride)
                .forEach(count, WORK_GROUP)
                .work(0, (double) count * target.dtype().bytes()));
    }

    private static int tiles(Axis axis) {
        return (axis.extent() + TILE - 1) / TILE;
    }

    private static int size(List<Axis> axes) {
        return axes.stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
    }

    private static List<Axis> padded(List<Axis> axes, int count) {
        List<Axis> all = new ArrayList<>(axes);
        while (all.size() < count) {
            all.add(0, new Axis(1, 0, 0));
        }
        return all;
    }

    /** All extents but the outermost, which the number of elements implies; then where elements come from, and where they go. */
    private static Launch strides(Launch launch, List<Axis> axes) {
        axes.subList(1, axes.size()).forEach(axis -> launch.integer(axis.extent()));
        axes.forEach(axis -> launch.integer(axis.from()));
        axes.forEach(axis -> launch.integer(axis.to()));
        return launch;
    }

    private static Launch typed(String kernel, DType dtype) {
        return Launch.of("strided/strided_gpu.cl", kernel).define("TYPE", CType.of(dtype));
    }
}
