package scorefield.kernels.codegen;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Shape;

/**
 * An index map with its axes merged as far as possible: element i of a shape lies at Σ (i / divisor) mod extent · stride.
 *
 * @param extents innermost first
 * @param strides innermost first, in elements of what is read
 */
record Layout(List<Integer> extents, List<Integer> strides) {

    /** Where the elements of a large shape stand in a small one that is broadcast to it. */
    static Layout broadcast(Shape small, Shape large) {
        int[] own = small.strides();
        int lead = large.rank() - small.rank();
        int[] strides = new int[large.rank()];
        for (int axis = 0; axis < small.rank(); axis++) {
            strides[lead + axis] = small.dim(axis) == 1 ? 0 : own[axis];
        }
        return of(large.dims(), strides);
    }

    /**
     * The layout of some axes, outermost first.
     *
     * @param dims their extents
     * @param steps how far apart an axis' neighbours lie
     */
    static Layout of(int[] dims, int[] steps) {
        List<Integer> extents = new ArrayList<>();
        List<Integer> strides = new ArrayList<>();
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            int last = extents.size() - 1;
            if (dims[axis] == 1) {
                continue;
            }
            if (last >= 0 && steps[axis] == strides.get(last) * extents.get(last)) {
                extents.set(last, extents.get(last) * dims[axis]);
            } else {
                extents.add(dims[axis]);
                strides.add(steps[axis]);
            }
        }
        if (extents.isEmpty()) {
            extents.add(1);
            strides.add(0);
        }
        return new Layout(extents, strides);
    }

    /** How many elements it maps. */
    int size() {
        return extents.stream().reduce(1, (a, b) -> a * b);
    }

    /** The extent of the innermost merged axis. */
    int innerExtent() {
        return extents.get(0);
    }

    /** The stride of the innermost merged axis. */
    int innerStride() {
        return strides.get(0);
    }

    /** The index as a C expression of i. */
    String index(String i) {
        List<String> terms = new ArrayList<>();
        int divisor = 1;
        for (int k = 0; k < extents.size(); k++) {
            if (strides.get(k) != 0) {
                String term = divisor == 1 ? i : i + " / " + divisor;
                term = k == extents.size() - 1 ? term : "(" + term + ") % " + extents.get(k);
                terms.add(strides.get(k) == 1 ? term : "(" + term + ") * " + strides.get(k));
            }
            divisor *= extents.get(k);
        }
        return terms.isEmpty() ? "0" : String.join(" + ", terms);
    }
}
