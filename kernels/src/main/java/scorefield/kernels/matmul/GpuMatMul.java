package scorefield.kernels.matmul;

import scorefield.kernels.launch.Emitter;
import scorefield.kernels.matmul.ProductTile.Split;

/** The launches of {@code matmul_gpu.cl}. */
final class GpuMatMul {

    private GpuMatMul() {}

    static void launch(MatrixProduct product, Emitter out) {
        out.oneOf(ProductTile.variants(
                product.batch(), product.m(), product.n(), true, tile -> launch(product, tile, out), out));
    }

    private static void launch(MatrixProduct product, ProductTile tile, Emitter out) {
        int m = product.m();
        int n = product.n();
        int k = product.k();
        int batch = product.batch();
        Split split = tile.split(batch, m, n, k, out);
        split.sum(
                batch * m * n,
                product.c(),
                c -> tile.launch("matmul/matmul_gpu.cl", "matmul_gpu", batch, m, n, split.parts())
                        .define("TRANSPOSE_A", product.transposeA() ? 1 : 0)
                        .define("TRANSPOSE_B", product.transposeB() ? 1 : 0)
                        .define("WIDTH_A", product.a().width(product.transposeA() ? m : k))
                        .define("WIDTH_B", product.b().width(product.transposeB() ? k : n))
                        .define("WIDTH_C", c.width(n))
                        .read(product.a())
                        .read(product.b())
                        .write(c)
                        .integer(m)
                        .integer(n)
                        .integer(k)
                        .integer(split.length())
                        .work(product.flops(), product.bytes()),
                out);
    }
}
