package scorefield.kernels.ladder;

import java.util.List;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.kernels.ladder.Rung.Suits;

/**
 * A matrix product. The default network has only small ones, which end before anything can be measured; so the default extents are of the
 * size at which caches begin to matter.
 */
final class MatMulLadder implements Ladder {

    private static final int MOST = 4096;

    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public String formula() {
        return "C[m, n] = Σ A[m, k]·B[k, n] over k";
    }

    @Override
    public Extents extents() {
        return Extents.none().and("rows", 512, MOST).and("columns", 512, MOST).and("inner", 512, MOST);
    }

    @Override
    public List<Extents> awkward() {
        Extents extents = extents();
        return List.of(extents.of(1, 1, 1), extents.of(3, 17, 5), extents.of(37, 33, 131), extents.of(65, 80, 17));
    }

    @Override
    public Tensor node(Extents extents) {
        int k = extents.get("inner");
        return Tensor.input("A", Shape.of(extents.get("rows"), k))
                .matmul(Tensor.input("B", Shape.of(k, extents.get("columns"))));
    }

    @Override
    public double flops(Extents extents) {
        return 2.0 * extents.get("rows") * extents.get("columns") * extents.get("inner");
    }

    @Override
    public double bytes(Extents extents) {
        double m = extents.get("rows");
        double n = extents.get("columns");
        double k = extents.get("inner");
        return Float.BYTES * (m * k + k * n + m * n);
    }

    @Override
    public List<Rung> rungs(Extents extents) {
        ProductSteps steps = new ProductSteps(extents.get("rows"), extents.get("columns"), extents.get("inner"));
        return List.of(
                Rung.of(
                        "naive",
                        "ladder/matmul/naive.cl",
                        Suits.ANY,
                        "one work-item adds up one number of C",
                        "it is the formula; each multiplication loads a number of A and one of B",
                        steps.naive()),
                Rung.of(
                        "row",
                        "ladder/matmul/row.cl",
                        Suits.CPU,
                        "one work-item computes a row of C, the loop over columns innermost",
                        "B and C are read in memory's order, and the compiler can make vectors; but sums lie in memory",
                        steps.row()),
                Rung.of(
                        "registers",
                        "ladder/matmul/registers.cl",
                        Suits.CPU,
                        "a block of 4×8 sums stays in registers",
                        "12 loads serve 32 multiplications, and nothing is stored before the end",
                        steps.registers()),
                Rung.of(
                        "vectors",
                        "ladder/matmul/vectors.cl",
                        Suits.CPU,
                        "16 columns are one vector, 8 rows at a time",
                        "one instruction does 16 multiply-adds, and 8 of them do not wait for each other",
                        steps.vectors()),
                Rung.of(
                                "packed",
                                "ladder/matmul/packed.cl",
                                Suits.CPU,
                                "B is packed into panels of 32 columns; 14×32 sums fill the registers",
                                "the inner loop reads a panel front to back, and has no tests",
                                steps.pack(),
                                steps.packed())
                        .withScratch(steps.packedSize()),
                Rung.of(
                        "local memory",
                        "ladder/matmul/local.cl",
                        Suits.GPU,
                        "256 work-items share tiles of A and B in local memory",
                        "each number read from global memory is used 64 times",
                        steps.tiles()),
                Rung.of(
                        "double buffer",
                        "ladder/matmul/double_buffer.cl",
                        Suits.GPU,
                        "two buffers of each kind: one is multiplied while the other is filled",
                        "loads from global memory and arithmetic overlap, with one barrier a step",
                        steps.tiles()));
    }

    @Override
    public String inUse() {
        return "on a CPU it also cuts the inner extent into parts that stay in the first-level cache; on a GPU it chooses"
                + " the tile by the shape, and splits sums where there are few tiles";
    }
}
