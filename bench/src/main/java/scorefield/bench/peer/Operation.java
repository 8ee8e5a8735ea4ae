package scorefield.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import scorefield.autodiff.Shape;

/**
 * One operation of the U-Nets, with one shape.
 *
 * @param kind what it computes
 * @param x the input's shape, N×H×W×C; for Adam, the number of parameters
 * @param kernel K of a K×K convolution with stride 1 that keeps the size; otherwise 0
 * @param out the output channels of a convolution; otherwise 0
 * @param onReference whether it is small enough to be measured on the reference device too
 */
public record Operation(Kind kind, Shape x, int kernel, int out, boolean onReference) {

    /** What an operation computes. */
    public enum Kind {
        /** y = x∗w. */
        CONVOLUTION("forward"),
        /** ∂/∂x of a convolution, from a cotangent. */
        INPUT_GRADIENT("input gradient"),
        /** ∂/∂w of a convolution, from a cotangent. */
        WEIGHT_GRADIENT("weight gradient"),
        /** Group norm with scale and shift, then SiLU. */
        NORM_SILU("group norm + SiLU"),
        /** The gradients of group norm with SiLU by x, scale and shift, from a cotangent. */
        NORM_SILU_GRADIENT("group norm + SiLU, gradient"),
        /** Nearest upsampling by 2: every pixel four times. */
        UPSAMPLE("nearest upsampling"),
        /** Adam, and the moving average of the updated parameters. */
        ADAM("Adam + moving average");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The name in tables. */
        public String label() {
            return label;
        }

        /** Whether ND4J has an op for it. */
        public boolean isInNd4j() {
            return this != NORM_SILU && this != NORM_SILU_GRADIENT;
        }

        /** Whether it is a convolution or one of its gradients. */
        public boolean isConvolution() {
            return this == CONVOLUTION || this == INPUT_GRADIENT || this == WEIGHT_GRADIENT;
        }
    }

    /** The network's group norm has groups of four channels, and at most this many groups. */
    public static final int MOST_GROUPS = 32;

    public static final double NORM_EPSILON = 1e-5;

    /** The operations that are measured: those of the two U-Nets, with their batch sizes. */
    public static List<Operation> all() {
        List<Operation> all = new ArrayList<>();
        int[][] convolutions = { // images, height and width, channels in, channels out, kernel
            {128, 28, 32, 32, 3},
            {128, 28, 64, 32, 3},
            {128, 14, 64, 64, 3},
            {128, 14, 128, 64, 3},
            {128, 7, 64, 64, 3},
            {64, 32, 64, 64, 3},
            {64, 32, 128, 64, 3},
            {64, 16, 128, 128, 3},
            {64, 16, 256, 128, 3},
            {64, 8, 128, 128, 3},
            {128, 28, 64, 32, 1},
            {128, 14, 128, 64, 1},
            {64, 32, 128, 64, 1},
            {64, 16, 256, 128, 1},
        };
        for (Kind kind : List.of(Kind.CONVOLUTION, Kind.INPUT_GRADIENT, Kind.WEIGHT_GRADIENT)) {
            for (int[] c : convolutions) {
                all.add(new Operation(kind, Shape.of(c[0], c[1], c[1], c[2]), c[4], c[3], false));
            }
        }
        for (Kind kind : List.of(Kind.NORM_SILU, Kind.NORM_SILU_GRADIENT)) {
            all.add(new Operation(kind, Shape.of(128, 28, 28, 32), 0, 0, false));
            all.add(new Operation(kind, Shape.of(128, 14, 14, 64), 0, 0, false));
            all.add(new Operation(kind, Shape.of(64, 32, 32, 64), 0, 0, false));
            all.add(new Operation(kind, Shape.of(64, 16, 16, 128), 0, 0, false));
        }
        all.add(new Operation(Kind.UPSAMPLE, Shape.of(128, 14, 14, 64), 0, 0, false));
        all.add(new Operation(Kind.UPSAMPLE, Shape.of(64, 16, 16, 128), 0, 0, false));
        for (Workload workload : List.of(Workload.GREY28, Workload.COLOUR32)) {
            all.add(new Operation(
                    Kind.ADAM, Shape.of(workload.network().parameters().size()), 0, 0, false));
        }
        all.addAll(small());
        return all;
    }

    /** Small operations, which are measured on the reference device too. */
    private static List<Operation> small() {
        Shape x = Shape.of(4, 16, 16, 32);
        return List.of(
                new Operation(Kind.CONVOLUTION, x, 3, 32, true),
                new Operation(Kind.INPUT_GRADIENT, x, 3, 32, true),
                new Operation(Kind.WEIGHT_GRADIENT, x, 3, 32, true),
                new Operation(Kind.NORM_SILU, x, 0, 0, true),
                new Operation(Kind.NORM_SILU_GRADIENT, x, 0, 0, true),
                new Operation(Kind.UPSAMPLE, x, 0, 0, true),
                new Operation(Kind.ADAM, Shape.of(100_000), 0, 0, true));
    }

    /** The operation with this {@link #toString() name}. */
    public static Operation named(String name) {
        return all().stream()
                .filter(operation -> operation.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no operation '" + name + "'"));
    }

    /** The number of groups of the group norm. */
    public int groups() {
        return Math.min(MOST_GROUPS, x.dim(3) / 4);
    }

    /** The shape of a convolution's weights, K×K×Cin×Cout. */
    public Shape weights() {
        return Shape.of(kernel, kernel, x.dim(3), out);
    }

    /** The shape of the forward result. */
    public Shape y() {
        return switch (kind) {
            case CONVOLUTION, INPUT_GRADIENT, WEIGHT_GRADIENT -> Shape.of(x.dim(0), x.dim(1), x.dim(2), out);
            case UPSAMPLE -> Shape.of(x.dim(0), 2 * x.dim(1), 2 * x.dim(2), x.dim(3));
            case NORM_SILU, NORM_SILU_GRADIENT, ADAM -> x;
        };
    }

    /** The shapes of the results, in order: images N×H×W×C, weights K×K×Cin×Cout, vectors. */
    public List<Shape> results() {
        return switch (kind) {
            case CONVOLUTION, NORM_SILU, UPSAMPLE -> List.of(y());
            case INPUT_GRADIENT -> List.of(x);
            case WEIGHT_GRADIENT -> List.of(weights());
            case NORM_SILU_GRADIENT -> List.of(x, Shape.of(x.dim(3)), Shape.of(x.dim(3)));
            case ADAM -> List.of(x, x, x, x); // parameters, m, v, average
        };
    }

    /**
     * The numbers that every peer computes with, by name: {@code x}, {@code w}, {@code cotangent}, {@code scale},
     * {@code shift}; for Adam {@code x} (the parameters), {@code gradient}, {@code mean}, {@code meanSquare} and
     * {@code average}.
     */
    public Map<String, float[]> numbers() {
        Random random = new Random(20240521);
        Map<String, float[]> numbers = new TreeMap<>();
        numbers.put("x", normal(random, x.size(), 1));
        if (kind.isConvolution()) {
            numbers.put("w", normal(random, weights().size(), 0.1));
        }
        if (kind == Kind.INPUT_GRADIENT || kind == Kind.WEIGHT_GRADIENT || kind == Kind.NORM_SILU_GRADIENT) {
            numbers.put("cotangent", normal(random, y().size(), 1));
        }
        if (kind == Kind.NORM_SILU || kind == Kind.NORM_SILU_GRADIENT) {
            numbers.put("scale", normal(random, x.dim(3), 1));
            numbers.put("shift", normal(random, x.dim(3), 1));
        }
        if (kind == Kind.ADAM) {
            numbers.put("gradient", normal(random, x.size(), 1));
            numbers.put("mean", normal(random, x.size(), 0.1));
            float[] meanSquare = normal(random, x.size(), 1);
            for (int i = 0; i < meanSquare.length; i++) {
                meanSquare[i] *= meanSquare[i];
            }
            numbers.put("meanSquare", meanSquare);
            numbers.put("average", normal(random, x.size(), 1));
        }
        return numbers;
    }

    private static float[] normal(Random random, int size, double spread) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) (spread * random.nextGaussian());
        }
        return numbers;
    }

    /** The floating-point operations of a convolution; 0 for the others, which memory bandwidth limits. */
    public double flops() {
        return kind.isConvolution() ? 2.0 * y().size() * weights().range(0, 3) : 0;
    }

    /** The minimum memory traffic in bytes: every input and every result once. */
    public double bytes() {
        double numbers = switch (kind) {
            case CONVOLUTION, INPUT_GRADIENT, WEIGHT_GRADIENT ->
                (double) x.size() + y().size() + weights().size();
            case NORM_SILU, UPSAMPLE -> (double) x.size() + y().size();
            case NORM_SILU_GRADIENT -> 3.0 * x.size();
            case ADAM -> 9.0 * x.size(); // five are read, four of them written
        };
        return Float.BYTES * numbers;
    }

    /** The name in tables, such as {@code conv 3x3 128x28x28x32 to 32: input gradient}. */
    @Override
    public String toString() {
        String shape = x.toString().replace('×', 'x');
        return kind.isConvolution()
                ? String.format(Locale.ROOT, "conv %dx%d %s to %d: %s", kernel, kernel, shape, out, kind.label())
                : kind.label() + " " + shape;
    }
}
