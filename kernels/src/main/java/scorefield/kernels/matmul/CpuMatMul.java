package scorefield.kernels.matmul;

import java.util.Arrays;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code matmul.cl}: tiles of rows × 32 columns, the right factor packed into panels where it must be. */
final class CpuMatMul {

    /** Rows of a tile; the first is the shipped choice. */
    private static final int[] ROWS = {8, 12, 4};

    private final MatrixProduct product;
    private final Emitter out;

    CpuMatMul(MatrixProduct product, Emitter out) {
        this.product = product;
        this.out = out;
    }

    void launch() {
        out.oneOf(Arrays.stream(ROWS)
                .map(most -> Math.min(product.m(), most))
                .distinct()
                .mapToObj(rows -> new Variant("tiles of %d×%d".formatted(rows, Panels.WIDTH), () -> launch(rows)))
                .toList());
    }

    private void launch(int rows) {
        int n = product.n();
        int k = product.k();
        int panels = Panels.count(n);
        boolean inPlace = !product.transposeB() && n % Panels.WIDTH == 0;
        Region b = product.b();
        if (!inPlace) {
            b = Panels.pack(product.batch(), b, n, k, product.transposeB() ? k : 1, product.transposeB() ? 1 : n, out);
        }
        int down = (product.m() + rows - 1) / rows;
        // A work-item that goes through several panels gathers its rows of A once; but there should be enough
        // work-items.
        int panelsPerItem = Math.max(1, Math.min(panels, panels * down * product.batch() / (8 * out.computeUnits())));
        Launch launch = Launch.of("matmul/matmul.cl", "matmul").define("ROWS", rows);
        if (product.transposeA()) {
            launch.define("TRANSPOSE_A", 1);
        }
        out.launch(launch.read(product.a())
                .read(b)
                .write(product.c())
                .integer(product.m())
                .integer(n)
                .integer(k)
                .integer(inPlace ? Panels.WIDTH : k * Panels.WIDTH)
                .integer(inPlace ? n : Panels.WIDTH)
                .integer(panelsPerItem)
                .integer(inPlace ? k * n : panels * k * Panels.WIDTH)
                .global((panels + panelsPerItem - 1) / panelsPerItem, down, product.batch())
                .work(product.flops(), product.bytes()));
    }
}
