package scorefield.kernels.ladder;

/** The launches of the sources in {@code ladder/matmul}: a product C[M,N] = A[M,K]·B[K,N], which a 1×1 convolution is as well. */
record ProductSteps(int m, int n, int k) {

    /** Columns of a panel: PANEL in {@code pack.cl}. */
    private static final int PANEL = 32;

    private static Step step() {
        return Step.of("matmul").input(0).input(1).result();
    }

    Step naive() {
        return step().integers(n, k, m * n).groupsOf(64, (long) m * n);
    }

    Step row() {
        return step().integers(n, k).items(m);
    }

    Step registers() {
        int columns = Math.min(8, n);
        return step().define("COLUMNS", columns).integers(m, n, k).items(Blocks.of(columns, n), Blocks.of(4, m));
    }

    Step vectors() {
        return step().integers(m, n, k).items(Blocks.of(16, n), Blocks.of(8, m));
    }

    /** What packs the right factor into scratch memory. */
    Step pack() {
        return Step.of("pack").input(1).scratch().integers(n, k).items(k, Blocks.of(PANEL, n));
    }

    /** The floats of the packed factor. */
    long packedSize() {
        return (long) Blocks.of(PANEL, n) * k * PANEL;
    }

    Step packed() {
        return Step.of("matmul")
                .input(0)
                .scratch()
                .result()
                .integers(m, n, k)
                .items(Blocks.of(PANEL, n), Blocks.of(14, m));
    }

    /** One work-group of 16×16 a tile of 64×64. */
    Step tiles() {
        return step().integers(m, n, k).groups(new long[] {16, 16}, Blocks.of(64, n), Blocks.of(64, m));
    }
}
