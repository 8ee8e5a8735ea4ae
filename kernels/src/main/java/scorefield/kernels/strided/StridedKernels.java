package scorefield.kernels.strided;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.DType;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.Concatenate;
import scorefield.autodiff.op.Pad;
import scorefield.autodiff.op.Slice;
import scorefield.autodiff.op.Transpose;
import scorefield.kernels.launch.CType;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/** Launches what only moves numbers ({@code strided.cl}; on a GPU {@link GpuCopies}): slices, paddings, concatenations and transpositions. */
final class StridedKernels {

    private static final int AXES = 5;
    private static final int NUMBERS_PER_ITEM = 4096;

    /** Work-items for each compute unit that even out their differences. */
    private static final int ITEMS_PER_UNIT = 4;

    /** An axis of a copy: how long, and how far its neighbours lie apart where they come from and where they go. */
    record Axis(int extent, int from, int to) {}

    private StridedKernels() {}

    /** Launches a slice, and the one that holds all the rest if that is wanted as well: both at once where there are enough runs. */
    static void slice(Slice op, Tensor node, Emitter out) {
        Shape whole = node.input(0).shape();
        int outer = whole.range(0, op.axis());
        if (out.sibling().isPresent() && out.cpu() && outer >= ITEMS_PER_UNIT * out.computeUnits()) {
            Launch launch = typed("split_pair", node.dtype())
                    .read(out.input(0))
                    .write(out.output())
                    .write(out.sibling().get());
            out.launch(pair(launch, whole, node.dtype(), outer, node.shape().size() / outer, out));
            return;
        }
        slice(whole, op.axis(), op.from(), op.to(), out.output(), out);
        out.sibling().ifPresent(rest -> slice(whole, op.axis(), op.to(), whole.dim(op.axis()), rest, out));
    }

    private static void slice(Shape whole, int axis, int from, int to, Region target, Emitter out) {
        int[] strides = whole.strides();
        Shape part = whole.with(axis, to - from);
        copy(part, strides, part.strides(), out.input(0).plus(from * strides[axis]), target, out);
    }

    /** Launches a padding: the numbers, and the zeros before and after them. */
    static void pad(Pad op, Tensor node, Emitter out) {
        Shape inner = node.input(0).shape();
        int[] to = node.shape().strides();
        int step = to[op.axis()];
        int outer = inner.range(0, op.axis());
        int stride = node.shape().size() / outer;
        copy(inner, inner.strides(), to, out.input(0), out.output().plus(op.before() * step), out);
        zero(out.output(), node.dtype(), outer, op.before() * step, stride, out);
        int start = (op.before() + inner.dim(op.axis())) * step;
        zero(out.output().plus(start), node.dtype(), outer, op.after() * step, stride, out);
    }

    /** Launches a concatenation: of two tensors along an inner axis at once, otherwise each part that was not computed in its place. */
    static void concatenate(Concatenate op, Tensor node, Emitter out) {
        int outer = node.shape().range(0, op.axis());
        if (node.inputs().size() == 2 && out.cpu() && outer >= ITEMS_PER_UNIT * out.computeUnits()) {
            concatenatePair(node, outer, out);
            return;
        }
        int[] to = node.shape().strides();
        for (int k = 0; k < node.inputs().size(); k++) {
            Shape part = node.input(k).shape();
            Region target = out.output().plus(op.start(node.inputs(), k) * to[op.axis()]);
            if (!out.input(k).equals(target)) {
                copy(part, part.strides(), to, out.input(k), target, out);
            }
        }
    }

    private static void concatenatePair(Tensor node, int outer, Emitter out) {
        Launch launch = typed("concatenate_pair", node.dtype())
                .read(out.input(0))
                .read(out.input(1))
                .write(out.output());
        out.launch(pair(
                launch, node.shape(), node.dtype(), outer, node.input(0).shape().size() / outer, out));
    }

    /** The sizes of a launch over the runs of a whole that consists of two parts. */
    private static Launch pair(Launch launch, Shape whole, DType dtype, int outer, int firstLength, Emitter out) {
        int length = whole.size() / outer;
        int rows = rows(outer, length, out);
        return launch.integer(rows)
                .integer(outer)
                .integer(firstLength)
                .integer(length - firstLength)
                .global((outer + rows - 1) / rows)
                .work(0, 2.0 * whole.size() * dtype.bytes());
    }

    /** Runs of a work-item: enough to be worth it, but leaving every compute unit its share. */
    private static int rows(int runs, int length, Emitter out) {
        return Math.max(1, Math.min(runs / (ITEMS_PER_UNIT * out.computeUnits()), NUMBERS_PER_ITEM / length));
    }

    /** Launches a transposition. */
    static void transpose(Transpose op, Tensor node, Emitter out) {
        int[] own = node.input(0).shape().strides();
        int[] from = op.permutation().stream().mapToInt(axis -> own[axis]).toArray();
        copy(node.shape(), from, node.shape().strides(), out.input(0), out.output(), out);
    }

    private static void copy(Shape shape, int[] from, int[] to, Region source, Region target, Emitter out) {
        List<Axis> axes = merged(shape, from, to);
        if (axes.size() > AXES + 1) {
            throw new IllegalArgumentException("a copy of " + shape + " has " + axes.size()
                    + " axes that do not merge, but the kernel takes " + (AXES + 1) + "; copy in two steps");
        }
        if (!out.cpu()) {
            GpuCopies.copy(axes, source, target, out);
            return;
        }
        Axis run = axes.remove(axes.size() - 1);
        while (axes.size() < AXES) {
            axes.add(0, new Axis(1, 0, 0));
        }
        int total = shape.size() / run.extent();
        int segment = Math.min(run.extent(), NUMBERS_PER_ITEM);
        int rows = rows(total, segment, out);
        Launch launch = typed("strided_copy", source.dtype())
                .read(source)
                .write(target)
                .integer(rows)
                .integer(total)
                .integer(run.extent())
                .integer(segment)
                .integer(run.from())
                .integer(run.to());
        axes.subList(1, AXES).forEach(axis -> launch.integer(axis.extent()));
        axes.forEach(axis -> launch.integer(axis.from()));
        axes.forEach(axis -> launch.integer(axis.to()));
        out.launch(launch.global((total + rows - 1) / rows, (run.extent() + segment - 1) / segment)
                .work(0, 2.0 * shape.size() * source.dtype().bytes()));
    }

    /** The axes with those merged that lie alike on both sides, outermost first; at least one. */
    private static List<Axis> merged(Shape shape, int[] from, int[] to) {
        List<Axis> axes = new ArrayList<>();
        for (int k = 0; k < shape.rank(); k++) {
            if (shape.dim(k) == 1) {
                continue;
            }
            Axis axis = new Axis(shape.dim(k), from[k], to[k]);
            int last = axes.size() - 1;
            if (last >= 0
                    && axes.get(last).from() == axis.extent() * axis.from()
                    && axes.get(last).to() == axis.extent() * axis.to()) {
                axes.set(last, new Axis(axes.get(last).extent() * axis.extent(), axis.from(), axis.to()));
            } else {
                axes.add(axis);
            }
        }
        if (axes.isEmpty()) {
            axes.add(new Axis(1, 1, 1));
        }
        return axes;
    }

    private static void zero(Region target, DType dtype, int runs, int length, int stride, Emitter out) {
        if (length == 0) {
            return;
        }
        if (!out.cpu()) {
            GpuCopies.zero(target, runs, length, stride, out);
            return;
        }
        int rows = rows(runs, length, out);
        out.launch(typed("strided_zero", dtype)
                .write(target)
                .integer(rows)
                .integer(runs)
                .integer(length)
                .integer(stride)
                .global((runs + rows - 1) / rows)
                .work(0, (double) runs * length * dtype.bytes()));
    }

    private static Launch typed(String kernel, DType dtype) {
        return Launch.of("strided/strided.cl", kernel)
                .define("TYPE", CType.of(dtype))
                .define("TYPE16", CType.of(dtype) + "16");
    }
}
