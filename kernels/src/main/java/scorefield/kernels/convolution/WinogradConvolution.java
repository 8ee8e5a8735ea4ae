package scorefield.kernels.convolution;

import java.util.List;
import scorefield.kernels.convolution.Winograd.Blocking;
import scorefield.kernels.launch.Emitter;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Variant;

/** The launches of {@code winograd.cl} for a convolution or, with the adjoint's weights, its input gradient. */
final class WinogradConvolution {

    /** The first is the shipped one. */
    private static final List<Blocking> BLOCKINGS = List.of(
            new Blocking(14, 128, 0),
            new Blocking(14, 64, 0),
            new Blocking(14, 256, 0),
            new Blocking(12, 128, 0),
            new Blocking(8, 128, 0));

    private final Convolution convolution;
    private final ConvolutionGeometry geometry;
    private final Emitter out;

    WinogradConvolution(Convolution convolution, Emitter out) {
        this.convolution = convolution;
        this.geometry = convolution.geometry();
        this.out = out;
    }

    /** The ways to compute it; the first is the shipped one. */
    List<Variant> variants() {
        return Winograd.different(BLOCKINGS, geometry).stream()
                .map(blocking -> new Variant(
                        "winograd, %d tiles × %d channels".formatted(blocking.tiles(), blocking.channels()),
                        () -> launch(blocking)))
                .toList();
    }

    private void launch(Blocking blocking) {
        Region weights = transformedWeights(blocking);
        Launch launch =
                blocking.launch("winograd", "FORWARD").read(convolution.x()).read(weights);
        convolution.epilogue().arguments(launch, convolution.y(), convolution.x());
        Winograd.sizes(launch, geometry)
                .global((Winograd.tiles(geometry.result()) + blocking.tiles() - 1) / blocking.tiles());
        out.launch(convolution.work(launch));
    }

    private Region transformedWeights(Blocking blocking) {
        int blocks = Winograd.blocks(geometry);
        Region transformed = out.scratch((long) blocks * Winograd.POINTS * geometry.in() * Winograd.BLOCK);
        Launch launch = blocking.launch("winograd_weights", "FORWARD")
                .read(convolution.w())
                .write(transformed)
                .integer(geometry.outputs());
        out.launch(convolution
                .strides()
                .arguments(launch)
                .global(geometry.in(), 2 * blocks)
                .work(0, 4.0 * (9 + Winograd.POINTS) * geometry.in() * geometry.outputs()));
        return transformed;
    }
}
