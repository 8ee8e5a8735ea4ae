package scorefield.kernels.ladder;

/** How many blocks cover something. */
final class Blocks {

    private Blocks() {}

    /** How many blocks of a size cover so many things. */
    static int of(int size, int things) {
        return (things + size - 1) / size;
    }
}
