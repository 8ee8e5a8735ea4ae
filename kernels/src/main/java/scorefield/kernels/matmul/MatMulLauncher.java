package scorefield.kernels.matmul;

import java.util.Arrays;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.op.MatMul;
import scorefield.kernels.convolution.GpuProducts;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Launcher;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/**
 * Launches {@link MatMul} ({@code matmul.cl}): tiles of rows × 32 columns, the right factor packed into panels where it must be. On a GPU
 * see {@link GpuProducts}.
 */
public final class MatMulLauncher implements Launcher<MatMul> {

    private static final int PANEL = 32;
    private static final int PACK_ROWS = 16;

    /** Rows of a tile; the first is the shipped choice. */
    private static final int[] ROWS = {8, 12, 4};

    @Override
    public void emit(MatMul op, Tensor node, Emitter out) {
        int m = node.shape().dim(0);
        if (!out.cpu()) {
            int n = node.shape().dim(1);
            int k = node.input(0).shape().dim(op.transposeA() ? 0 : 1);
            GpuProducts.matMul(out, out.input(0), op.transposeA(), out.input(1), op.transposeB(), m, n, k);
            return;
        }
        out.oneOf(Arrays.stream(ROWS)
                .map(most -> Math.min(m, most))
                .distinct()
                .mapToObj(rows -> new Variant("tiles of %d×%d".formatted(rows, PANEL), () -> emit(op, node, rows, out)))
                .toList());
    }

    private static void emit(MatMul op, Tensor node, int rows, Emitter out) {
        int m = node.shape().dim(0);
        int n = node.shape().dim(1);
        int k = node.input(0).shape().dim(op.transposeA() ? 0 : 1);
        int panels = (n + PANEL - 1) / PANEL;
        boolean inPlace = !op.transposeB() && n % PANEL == 0;
        Region b = out.input(1);
        if (!inPlace) {
            b = pack(out, b, n, k, op.transposeB() ? k : 1, op.transposeB() ? 1 : n);
        }
        int down = (m + rows - 1) / rows;
        // A work-item that goes through several panels gathers its rows of A once; but there should be enough
        // work-items.
        int panelsPerItem = Math.max(1, Math.min(panels, panels * down / (8 * out.computeUnits())));
        Launch launch = Launch.of("matmul/matmul.cl", "matmul").define("ROWS", rows);
        if (op.transposeA()) {
            launch.define("TRANSPOSE_A", 1);
        }
        out.launch(launch.read(out.input(0))
                .read(b)
                .write(out.output())
                .integer(m)
                .integer(n)
                .integer(k)
                .integer(inPlace ? PANEL : k * PANEL)
                .integer(inPlace ? n : PANEL)
                .integer(panelsPerItem)
                .global((panels + panelsPerItem - 1) / panelsPerItem, down)
                .work(2.0 * m * n * k, 4.0 * ((double) m * k + (double) k * n + (double) m * n)));
    }

    /**
     * Copies a matrix into panels of 32 columns, the last padded with zeros: [panel][k][32].
     *
     * @param nStep numbers from one column to the next
     * @param kStep numbers from one row to the next
     */
    public static Region pack(Emitter out, Region b, int n, int k, int nStep, int kStep) {
        int panels = (n + PANEL - 1) / PANEL;
        Region packed = out.scratch((long) panels * k * PANEL);
        out.launch(Launch.of("matmul/matmul.cl", "matmul_pack")
                .read(b)
                .write(packed)
                .integer(n)
                .integer(k)
                .integer(nStep)
                .integer(kStep)
                .global(panels, (k + PACK_ROWS - 1) / PACK_ROWS)
                .work(0, 8.0 * k * n));
        return packed;
    }
}
