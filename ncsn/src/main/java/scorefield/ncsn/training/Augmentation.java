package scorefield.ncsn.training;

import java.util.List;
import java.util.stream.IntStream;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.ncsn.objective.Draws;

/**
 * Non-leaky geometric augmentation (Karras et al. 2022, arXiv 2206.00364, appendix F.2; the idea is of Karras et al. 2020, arXiv 2006.06676):
 * each training image is moved at random, and the network is told how, by {@value #LABELS} labels. When it is told that nothing was done
 * (all labels are 0), it gives the score of images as they are. So samples do not show the augmentation.
 *
 * <p>Six things happen to an image, each with probability p, in this order:
 *
 * <table>
 * <caption>Transformations</caption>
 * <tr><td>mirrored left to right</td><td>with probability ½</td><td>label a ∈ {0, 1}</td></tr>
 * <tr><td>mirrored top to bottom</td><td>with probability ½</td><td>a ∈ {0, 1}</td></tr>
 * <tr><td>scaled by 2^(0.2·a)</td><td>a ~ N(0, 1)</td><td>a</td></tr>
 * <tr><td>rotated by a, counterclockwise</td><td>a uniform on (−π, π)</td><td>cos a − 1, sin a</td></tr>
 * <tr><td>stretched by 2^(0.2·a) in direction b, and by 2^(−0.2·a) across it</td><td>a ~ N(0, 1); b uniform on (−π, π), or 0, with
 * probability ½ each</td><td>a·cos b, a·sin b</td></tr>
 * <tr><td>shifted by (a·W/8, b·H/8) pixels to the right and down</td><td>a, b ~ N(0, 1)</td><td>a, b</td></tr>
 * </table>
 *
 * <p>All of it is one affine map of the plane, about the image's centre. A pixel of the result is read from where the inverse map takes it,
 * by bilinear interpolation; beyond its borders an image is mirrored, without its last row repeated. (EDM's own code also filters against
 * aliasing, which small images need little.) Where nothing was done, the result is the image, bit for bit.
 *
 * <p>The interpolation is a product with weights max(0, 1−|x−j|) of all W columns j, then a sum with such weights of all H rows: W + H·C numbers for
 * each of the result's H·W pixels. That is little beside what a network keeps for an image of at most some 64×64 pixels.
 *
 * @param mirrored FLOAT[N]: 1 where an image is mirrored left to right, else 0
 * @param overturned FLOAT[N]: 1 where it is mirrored top to bottom, else 0
 * @param scale FLOAT[N], a of the scaling
 * @param angle FLOAT[N], in radians
 * @param stretch FLOAT[N], a of the stretching
 * @param direction FLOAT[N], b of the stretching, in radians
 * @param right FLOAT[N], a of the shift
 * @param down FLOAT[N], b of the shift
 */
record Augmentation(
        Tensor mirrored,
        Tensor overturned,
        Tensor scale,
        Tensor angle,
        Tensor stretch,
        Tensor direction,
        Tensor right,
        Tensor down) {

    /** How many numbers {@link #labels} has for an image. */
    static final int LABELS = 9;

    private static final double SCALE = 0.2 * Math.log(2);
    private static final double SHIFT = 1.0 / 8;

    /** How often a coordinate is mirrored: so it may lie as many times two widths outside. Nothing comes near that. */
    private static final int MIRRORS = 4;

    /**
     * Draws what happens to each image of a batch.
     *
     * @param count N
     * @param probability p
     * @param draws numbers whose first axis is the batch
     */
    static Augmentation drawn(int count, double probability, Draws draws) {
        Shape each = Shape.of(count);
        return new Augmentation(
                        chosen(each, probability, draws).times(chosen(each, 0.5, draws)),
                        chosen(each, probability, draws).times(chosen(each, 0.5, draws)),
                        chosen(each, probability, draws).times(draws.normal(each)),
                        chosen(each, probability, draws).times(angle(each, draws)),
                        chosen(each, probability, draws).times(draws.normal(each)),
                        chosen(each, 0.5, draws).times(angle(each, draws)),
                        draws.normal(each),
                        draws.normal(each))
                .shiftedWhere(chosen(each, probability, draws));
    }

    /** 1 with some probability, else 0. */
    private static Tensor chosen(Shape each, double probability, Draws draws) {
        return draws.uniform(each).lessThan(Tensor.scalar(probability));
    }

    private static Tensor angle(Shape each, Draws draws) {
        return draws.uniform(each).times(2).minus(1).times(Math.PI);
    }

    private Augmentation shiftedWhere(Tensor chosen) {
        return new Augmentation(
                mirrored, overturned, scale, angle, stretch, direction, right.times(chosen), down.times(chosen));
    }

    /** What the network is told, N×{@value #LABELS}: 0 for what was not done. */
    Tensor labels() {
        return Tensor.concatenate(
                1,
                List.of(
                        column(mirrored),
                        column(overturned),
                        column(scale),
                        column(angle.cos().minus(1)),
                        column(angle.sin()),
                        column(stretch.times(direction.cos())),
                        column(stretch.times(direction.sin())),
                        column(right),
                        column(down)));
    }

    private static Tensor column(Tensor numbers) {
        return numbers.reshape(-1, 1);
    }

    /** The images N×H×W×C after all that happens to them. */
    Tensor of(Tensor images) {
        if (images.shape().rank() != 4) {
            throw new IllegalArgumentException("only images can be augmented; got " + images);
        }
        int height = images.shape().dim(1);
        int width = images.shape().dim(2);
        // Where a pixel of the result lies before the shift, from the centre.
        Tensor u = axis(width).reshape(1, 1, width).minus(perImage(right.times(SHIFT * width)));
        Tensor v = axis(height).reshape(1, height, 1).minus(perImage(down.times(SHIFT * height)));
        // The inverse of the stretching, R(−b)·diag(e, f)·R(b). With cos² as 1 − sin² it is exactly I where a = 0.
        Tensor e = stretch.times(-SCALE).exp();
        Tensor f = stretch.times(SCALE).exp();
        Tensor sine = direction.sin();
        Tensor a = f.minus(e).times(sine.square());
        Tensor b = f.minus(e).times(sine).times(direction.cos());
        Tensor x = perImage(e.plus(a)).times(u).plus(perImage(b).times(v));
        Tensor y = perImage(b).times(u).plus(perImage(f.minus(a)).times(v));
        // Then those of rotation and scaling, and the flips.
        Tensor zoom = scale.times(-SCALE).exp();
        Tensor cos = perImage(angle.cos().times(zoom));
        Tensor sin = perImage(angle.sin().times(zoom));
        Tensor column = cos.times(x).minus(sin.times(y)).times(sign(mirrored));
        Tensor row = sin.times(x).plus(cos.times(y)).times(sign(overturned));
        return interpolated(
                images, within(column.plus((width - 1) / 2.0), width), within(row.plus((height - 1) / 2.0), height));
    }

    /** The pixels' places from the centre. */
    private static Tensor axis(int extent) {
        return Tensor.constant(Values.of(
                Shape.of(extent),
                IntStream.range(0, extent)
                        .mapToDouble(i -> i - (extent - 1) / 2.0)
                        .toArray()));
    }

    private static Tensor perImage(Tensor numbers) {
        return numbers.reshape(-1, 1, 1);
    }

    /** −1 where the flag is 1. */
    private static Tensor sign(Tensor flag) {
        return perImage(Tensor.scalar(1).minus(flag.times(2)));
    }

    /** Coordinates mirrored at the first and the last pixel's centre until they lie between. */
    private static Tensor within(Tensor coordinates, int extent) {
        Tensor last = Tensor.scalar(extent - 1);
        Tensor x = coordinates;
        for (int i = 0; i < MIRRORS; i++) {
            x = last.minus(last.minus(x.abs()).abs());
        }
        return x.maximum(0);
    }

    /** The images at places N×H×W, which lie within them. */
    private static Tensor interpolated(Tensor images, Tensor columns, Tensor rows) {
        int n = images.shape().dim(0);
        int height = images.shape().dim(1);
        int width = images.shape().dim(2);
        int channels = images.shape().dim(3);
        Tensor byColumn = images.transpose(0, 2, 1, 3).reshape(n, width, height * channels);
        Tensor inColumns = weights(columns, width).matmul(byColumn).reshape(n, height * width, height, channels);
        Tensor ofRows = weights(rows, height).reshape(n, height * width, height, 1);
        return inColumns.times(ofRows).sum(2).reshape(images.shape());
    }

    /** max(0, 1 − |x − j|) for each pixel of the result and each place j along an axis: N×(H·W)×extent. */
    private static Tensor weights(Tensor x, int extent) {
        int n = x.shape().dim(0);
        double[] places = IntStream.range(0, extent).asDoubleStream().toArray();
        Tensor distance = x.reshape(n, -1, 1)
                .minus(Tensor.constant(Values.of(Shape.of(extent), places)))
                .abs();
        return Tensor.scalar(1).minus(distance).maximum(0);
    }
}
