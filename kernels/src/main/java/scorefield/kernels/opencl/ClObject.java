package scorefield.kernels.opencl;

/** Something native that a {@link ClContext} owns and releases if nobody did before. */
sealed interface ClObject extends AutoCloseable permits ClBuffer, ClEvent, ClKernel {
    @Override
    void close();
}
