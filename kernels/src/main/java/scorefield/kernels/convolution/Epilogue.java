package scorefield.kernels.convolution;

import org.jspecify.annotations.Nullable;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;

/**
 * What a convolution's kernel adds to its result before it stores it; {@code epilogue.cl} is the kernels' side of it.
 *
 * @param bias one number for each channel, or null
 * @param sampleBias one number for each image and channel, or null
 * @param addend a tensor of the result's shape, or null
 */
record Epilogue(
        @Nullable Region bias,
        @Nullable Region sampleBias,
        @Nullable Region addend) {

    // As in epilogue.cl.
    private static final int BIAS = 1;
    private static final int SAMPLE_BIAS = 2;
    private static final int ADDEND = 4;

    // As in conv1x1.cl.
    private static final int STREAM = 8;

    static Epilogue of(ConvolutionWithEpilogue op, Emitter out) {
        return new Epilogue(
                op.bias() ? out.input(op.biasIndex()) : null,
                op.sampleBias() ? out.input(op.sampleBiasIndex()) : null,
                op.addend() ? out.input(op.addendIndex()) : null);
    }

    /**
     * Adds the arguments that follow a convolution's inputs: what is to be added, the result, and which of the former count.
     *
     * @param unused stands in for what is not there
     */
    Launch arguments(Launch launch, Region result, Region unused) {
        return arguments(launch, result, unused, false);
    }

    /**
     * The same for a kernel that can store its result past the caches.
     *
     * @param stream whether it is to do so
     */
    Launch arguments(Launch launch, Region result, Region unused, boolean stream) {
        int added = (bias == null ? 0 : BIAS)
                | (sampleBias == null ? 0 : SAMPLE_BIAS)
                | (addend == null ? 0 : ADDEND)
                | (stream ? STREAM : 0);
        return launch.read(bias == null ? unused : bias)
                .read(sampleBias == null ? unused : sampleBias)
                .read(addend == null ? unused : addend)
                .write(result)
                .integer(added);
    }
}
