package scorefield.kernels.matmul;

import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/** A matrix in panels of 32 columns, the last padded with zeros: [panel][k][32]. So a kernel for CPUs reads it front to back. */
public final class Panels {

    /** Columns of a panel. */
    static final int WIDTH = 32;

    private static final int PACK_ROWS = 16;

    private Panels() {}

    /** How many panels n columns make. */
    static int count(int n) {
        return (n + WIDTH - 1) / WIDTH;
    }

    /**
     * Adds the launch that copies matrices of k×n, which lie one after the other, into panels.
     *
     * @param batch how many matrices
     * @param nStride numbers from one column to the next
     * @param kStride numbers from one row to the next
     * @return where the panels lie, matrix by matrix
     */
    public static Region pack(int batch, Region matrices, int n, int k, int nStride, int kStride, Emitter out) {
        Region packed = out.scratch((long) batch * count(n) * k * WIDTH);
        out.launch(Launch.of("matmul/matmul.cl", "matmul_pack")
                .read(matrices)
                .write(packed)
                .integer(n)
                .integer(k)
                .integer(nStride)
                .integer(kStride)
                .global(count(n), (k + PACK_ROWS - 1) / PACK_ROWS, batch)
                .work(0, 8.0 * batch * k * n));
        return packed;
    }
}
