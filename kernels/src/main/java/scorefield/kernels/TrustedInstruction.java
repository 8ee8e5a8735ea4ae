package scorefield.kernels;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Hash;
import scorefield.kernels.launch.MatrixInstruction;
import scorefield.kernels.opencl.ClException;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;
import scorefield.kernels.tuning.Verdicts;

/**
 * Whether a device's matrix instruction may be used. Nobody knows what a driver makes of it; so before it is used for the first time,
 * products of random and of extreme numbers (denormals, infinities, NaN, large sums) are computed by it and by the plain body of {@code
 * matrix_instruction.cl}, with everything that is around it in the kernels: copies, local memory, ends of tiles. What differs by more than
 * sums in another order may, or does not compile, is not used. The verdict on each precision is kept in a file, if there is one, and holds as
 * long as device, driver and kernels are the same.
 */
final class TrustedInstruction {

    /** Rows, columns and terms of the products: ones that are read and written by vectors and fill no tile, and ones that are not. */
    private static final int[][] SIZES = {{40, 36, 84}, {37, 33, 29}};

    /**
     * Two sums of K terms in different orders differ by 2·K·2⁻²⁴·Σ|terms| at most (Higham 2002, "Accuracy and stability of numerical
     * algorithms", section 4.2); tensor cores cut sums off where processors round them, which doubles it.
     */
    private static final double ROUNDING = 4 * 0x1p-24;

    /** Below the smallest normal float a device may flush to zero. */
    private static final double TINY = 0x1p-126;

    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        0x1p-130f,
        -0x1.8p-127f,
        0x1p-60f,
        0x1.fffffep60f,
        -0x1.234566p60f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private final OpenClDevice device;
    private final Optional<MatrixInstruction> instruction;
    private final Map<Precision, Optional<String>> faults = new EnumMap<>(Precision.class);
    private Optional<Path> file = Optional.empty();
    private Consumer<String> log = line -> {};

    /**
     * The instruction of a device.
     *
     * @param instruction what it may have
     */
    TrustedInstruction(OpenClDevice device, Optional<MatrixInstruction> instruction) {
        this.device = device;
        this.instruction = instruction;
    }

    /** Keeps the verdicts in a file from now on, and says what is not to be trusted. */
    void keepIn(Path verdicts, Consumer<String> told) {
        file = Optional.of(verdicts);
        log = told;
    }

    /** Whether the device may have an instruction, trusted or not. */
    boolean isThere() {
        return instruction.isPresent();
    }

    /**
     * The arithmetic for a precision.
     *
     * @throws IllegalArgumentException if there is no instruction for it that may be trusted
     */
    Arithmetic arithmetic(Precision precision) {
        if (instruction.isEmpty()) {
            throw new IllegalArgumentException(
                    device.name() + " has no matrix instruction for " + precision + " that this program knows");
        }
        fault(precision).ifPresent(why -> {
            throw new IllegalArgumentException(unused(precision, why));
        });
        return Arithmetic.of(precision, instruction.get());
    }

    private String unused(Precision precision, String why) {
        return "not using " + instruction.orElseThrow().name() + " for " + precision + " on " + device.name() + ": "
                + why;
    }

    /** What is wrong with the instruction, if anything is. */
    Optional<String> fault(Precision precision) {
        return faults.computeIfAbsent(precision, p -> {
            Arithmetic arithmetic = Arithmetic.of(p, instruction.orElseThrow());
            Optional<String> fault = kept(arithmetic);
            fault.ifPresent(why -> log.accept(unused(p, why)));
            return fault;
        });
    }

    /** The verdict from the file, or else a new one, which goes into the file. */
    private Optional<String> kept(Arithmetic arithmetic) {
        String key = arithmetic.instruction().orElseThrow().name() + " in " + arithmetic.precision();
        String sources = sources(arithmetic);
        Optional<Verdicts> verdicts = file.map(path -> Verdicts.of(device.device(), path, log));
        Optional<String> before = verdicts.flatMap(v -> v.find(key, sources));
        if (before.isPresent()) {
            return before.filter(verdict -> !verdict.isEmpty());
        }
        Optional<String> fault = tried(arithmetic);
        verdicts.ifPresent(v -> {
            try {
                v.put(key, sources, fault.orElse(""));
            } catch (IOException e) {
                log.accept("the verdict on " + key + " cannot be saved for the next run: " + e);
            }
        });
        return fault;
    }

    /** A hash of what is compiled. */
    private String sources(Arithmetic arithmetic) {
        List<String> texts = new ArrayList<>();
        for (int[] size : SIZES) {
            Planner.plan(product(size), device.device(), arithmetic, Choices.SHIPPED)
                    .launches()
                    .forEach(launch -> texts.add(launch.text() + launch));
        }
        return Hash.of(texts);
    }

    private Optional<String> tried(Arithmetic arithmetic) {
        SplittableRandom random = new SplittableRandom(1);
        try {
            for (int[] size : SIZES) {
                for (boolean extreme : new boolean[] {false, true}) {
                    Program program = product(size);
                    List<Values> factors = program.order().stream()
                            .filter(node -> node.inputs().isEmpty())
                            .map(node -> numbers(node.shape(), extreme, random))
                            .toList();
                    Optional<String> difference = difference(size, factors, arithmetic);
                    if (difference.isPresent()) {
                        return Optional.of("with " + (extreme ? "extreme" : "random") + " numbers " + difference.get());
                    }
                }
            }
            return Optional.empty();
        } catch (ClException e) {
            return Optional.of(e.getMessage().lines().findFirst().orElseThrow());
        }
    }

    private Optional<String> difference(int[] size, List<Values> factors, Arithmetic arithmetic) {
        Values found = run(size, factors, arithmetic);
        Values right = run(size, factors, Arithmetic.of(arithmetic.precision(), MatrixInstruction.PLAIN));
        for (int i = 0; i < size[0]; i++) {
            for (int j = 0; j < size[1]; j++) {
                double a = found.get(i * size[1] + j);
                double b = right.get(i * size[1] + j);
                boolean same =
                        Double.isFinite(b) ? Math.abs(a - b) <= bound(size, factors, i, j) : Double.compare(a, b) == 0;
                if (!same) {
                    return Optional.of("number " + i + ", " + j + " of a product should be " + b + ", but is " + a);
                }
            }
        }
        return Optional.empty();
    }

    /** How far two correct sums may be from each other. */
    private static double bound(int[] size, List<Values> factors, int i, int j) {
        double terms = 0;
        double flushed = TINY;
        for (int k = 0; k < size[2]; k++) {
            double x = Math.abs(factors.get(0).get(i * size[2] + k));
            double y = Math.abs(factors.get(1).get(k * size[1] + j));
            terms += x * y;
            flushed += TINY * (x + y);
        }
        return ROUNDING * size[2] * terms + flushed;
    }

    /** A product, in memory that held no number before: a kernel that did not run must not find the result of another. */
    private Values run(int[] size, List<Values> factors, Arithmetic arithmetic) {
        Tensor product = Tensor.constant(factors.get(0)).matmul(Tensor.constant(factors.get(1)));
        Tensor result = Tensor.variable("product", product.shape());
        float[] none = new float[size[0] * size[1]];
        Arrays.fill(none, Float.NaN);
        device.write(result, Values.of(result.shape(), none));
        try (Executable executable = device.in(arithmetic).compile(new Program(List.of(), Map.of(result, product)))) {
            executable.run(Map.of());
            return device.read(result);
        }
    }

    private static Program product(int[] size) {
        return Program.fetching(
                Tensor.input("a", Shape.of(size[0], size[2])).matmul(Tensor.input("b", Shape.of(size[2], size[1]))));
    }

    /** Numbers from −1 to 1; or, in one of four places, an extreme one, of which three are not finite. */
    private static Values numbers(Shape shape, boolean extreme, SplittableRandom random) {
        float[] numbers = new float[shape.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextInt() * 0x1p-31f;
        }
        if (extreme) {
            float[] finite = Arrays.copyOf(EXTREMES, EXTREMES.length - 3);
            for (int i = 0; i < numbers.length; i += 1 + random.nextInt(7)) {
                numbers[i] = finite[random.nextInt(finite.length)];
            }
            // Few enough that most sums stay finite: one makes a whole row or column what it is.
            for (int i = 0; i < 3; i++) {
                numbers[random.nextInt(numbers.length)] = EXTREMES[EXTREMES.length - 3 + i];
            }
        }
        return Values.of(shape, numbers);
    }
}
