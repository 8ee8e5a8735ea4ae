package scorefield.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import scorefield.autodiff.DType;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Precision;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.autodiff.op.MatMul;
import scorefield.autodiff.op.Variable;
import scorefield.kernels.ladder.LadderCheck;
import scorefield.kernels.ladder.Ladders;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.MatrixInstruction;
import scorefield.kernels.opencl.ClBuffer;
import scorefield.kernels.opencl.ClContext;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.opencl.ClDevices;
import scorefield.kernels.opencl.ClKernel;
import scorefield.kernels.pass.Choices;
import scorefield.kernels.pass.Planner;

/**
 * What {@link OclgrindTest} runs in a process of its own, in which the simulator is the only OpenCL device: the kernels for one kind of
 * processor over small shapes, each tensor in a buffer of its own; or the rungs of all ladders; or one kernel of {@code broken.cl}.
 *
 * <p>It prints the names of the kernels, or the rungs' sources, that ran, and ends with exit code 1 where numbers are not the reference's.
 */
final class OclgrindRun {

    /** The argument that stands for the rungs of all ladders. */
    static final String LADDERS = "LADDERS";

    private static final int COMPUTE_UNITS = 2;

    /** Of a ladder's shape: more would take minutes. */
    private static final double MOST_OPERATIONS = 2e6;

    private final ClDevice described;
    private final OpenClDevice device;
    private final TreeSet<String> kernels = new TreeSet<>();

    private OclgrindRun(ClDevice described, OpenClDevice device) {
        this.described = described;
        this.device = device;
    }

    /** Runs. The argument is a kind of processor, {@link #LADDERS}, or a kernel's name. */
    public static void main(String[] arguments) throws IOException {
        ClDevice simulator = ClDevices.list().get(0);
        if (!simulator.isSimulator()) {
            throw new IllegalStateException(simulator + " is no simulator");
        }
        String what = arguments[0];
        if (what.equals(ClDevice.Type.GPU.name()) || what.equals(ClDevice.Type.CPU.name())) {
            ClDevice described = simulator.describedAs(ClDevice.Type.valueOf(what), COMPUTE_UNITS);
            try (OpenClDevice device = OpenClDevice.withBuffersApart(described)) {
                OclgrindRun run = new OclgrindRun(described, device);
                programs().forEach(program -> run.check(program, Arithmetic.FLOAT32));
                if (described.type() == ClDevice.Type.GPU) {
                    for (Precision precision : List.of(Precision.TF32, Precision.BF16)) {
                        Arithmetic arithmetic = Arithmetic.of(precision, MatrixInstruction.PLAIN);
                        matrices().forEach(program -> run.check(program, arithmetic));
                    }
                }
                run.kernels.forEach(System.out::println);
            }
        } else if (what.equals(LADDERS)) {
            TreeSet<String> rungs = new TreeSet<>();
            try (ClContext context = ClContext.open(simulator)) {
                Ladders.ALL.forEach(ladder ->
                        LadderCheck.check(ladder, context, MOST_OPERATIONS, (rung, step) -> rungs.add(rung.source())));
            }
            rungs.forEach(System.out::println);
        } else {
            runAlone(what, simulator);
            System.out.println(what);
        }
    }

    private static void runAlone(String name, ClDevice simulator) throws IOException {
        try (InputStream in = OclgrindRun.class.getResourceAsStream("broken.cl");
                ClContext context = ClContext.open(simulator)) {
            String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int n = 60;
            ClBuffer x = context.allocate(4 * n);
            ClBuffer y = context.allocate(4 * n);
            ByteBuffer numbers = ClContext.hostMemory(4 * n);
            // All different: work-items that write the same number do not count as a race.
            for (int i = 0; i < n; i++) {
                numbers.putFloat(4 * i, i);
            }
            context.write(x, 0, numbers);
            ClKernel kernel = context.kernel(source, "broken.cl", name, "");
            kernel.setBuffer(0, x).setBuffer(1, y).setInt(2, n);
            context.launch(kernel, new long[] {64}, new long[] {16});
            context.finish();
        }
    }

    private void check(Program program, Arithmetic arithmetic) {
        Map<Tensor, Values> feeds = feeds(program);
        List<Double> tolerances = FloatErrors.tolerances(program.fetches(), feeds, arithmetic.precision());
        try (ReferenceDevice reference = new ReferenceDevice();
                Executable plain = reference.compile(program);
                Executable executable = device.in(arithmetic).compile(program)) {
            feeds.forEach(reference::write);
            feeds.forEach(device::write);
            List<Values> expected = plain.run(Map.of());
            List<Values> actual = executable.run(Map.of());
            for (int k = 0; k < actual.size(); k++) {
                Agreement.check(
                        "fetch " + k + ", " + program.fetches().get(k),
                        actual.get(k),
                        expected.get(k),
                        tolerances.get(k));
            }
        }
        Planner.plan(program, described, arithmetic, Choices.SHIPPED)
                .launches()
                .forEach(launch -> kernels.add(launch.kernel()));
    }

    private static Map<Tensor, Values> feeds(Program program) {
        Map<Tensor, Values> feeds = new HashMap<>();
        Random random = new Random(11);
        for (Tensor node : program.order()) {
            if (node.op() instanceof Variable) {
                int size = node.shape().size();
                if (node.dtype() == DType.FLOAT) {
                    float[] numbers = new float[size];
                    for (int i = 0; i < size; i++) {
                        numbers[i] = (float) random.nextGaussian();
                    }
                    feeds.put(node, Values.of(node.shape(), numbers));
                } else {
                    int[] numbers = new int[size];
                    Arrays.setAll(numbers, i -> i % 3);
                    feeds.put(node, Values.of(node.shape(), numbers));
                }
            }
        }
        return feeds;
    }

    private static List<Program> programs() {
        List<Program> programs = new ArrayList<>(List.of(pointwise(), reductions(), movements(), tables(), images()));
        // One product for each tile, with every pair of orders, and sums that are split.
        programs.add(products(5, 3, 7));
        programs.add(products(33, 30, 260));
        programs.add(product(126, 126, 9, 0));
        programs.add(product(127, 60, 20, 1));
        programs.add(product(62, 61, 17, 2));
        programs.add(product(125, 28, 20, 3));
        programs.add(product(250, 13, 12, 0));
        programs.add(batchOfProducts());
        programs.add(softmaxes());
        // Images, channels in and out; kernel, stride, padding
        programs.add(convolution(2, 5, 4, 8, 3, 1, 1));
        programs.add(convolution(1, 5, 3, 5, 3, 2, 1));
        programs.add(convolution(2, 4, 12, 36, 1, 1, 0));
        programs.add(convolution(1, 7, 1, 2, 5, 3, 2));
        programs.add(convolution(1, 5, 17, 3, 3, 1, 1));
        programs.add(convolution(1, 16, 16, 16, 3, 1, 1));
        programs.add(convolution(1, 13, 11, 20, 3, 1, 1));
        programs.add(groupNorm(3, 5, 12, 3));
        programs.add(groupNorm(2, 3, 14, 2));
        programs.add(groupNorm(1, 2, 1100, 1));
        return programs;
    }

    /** Products by matrix instructions: ends of tiles, both orders of the factors, split sums, vectors of 4 and single numbers. */
    private static List<Program> matrices() {
        return List.of(
                product(33, 36, 20, 0),
                product(35, 5, 33, 3),
                product(20, 12, 260, 1),
                convolution(1, 5, 4, 8, 3, 1, 1),
                convolution(1, 5, 3, 5, 3, 2, 1));
    }

    /**
     * What kernels read. Variables, because inputs are sent along while the program already runs, for which JOCL starts a thread; and this
     * simulator's queue is not made for two.
     */
    private static Tensor input(String name, int... dims) {
        return Tensor.variable(name, Shape.of(dims));
    }

    private static Program pointwise() {
        Tensor x = input("x", 3, 5, 8);
        Tensor odd = input("odd", 3, 7);
        Tensor state = Tensor.variable("state", Shape.of(4), DType.INT);
        Tensor noise = Tensor.randomNormal(Shape.of(7, 11), state, 1);
        return Program.fetching(
                x.plus(input("channels", 8)).silu().times(input("images", 3, 1, 1)),
                odd.maximum(input("column", 3, 1)).exp(),
                noise,
                Tensor.randomUniform(Shape.of(64), state, 2));
    }

    private static Program reductions() {
        Tensor x = input("x", 4, 5, 33);
        Tensor longRow = input("longRow", 5000);
        Tensor longColumns = input("longColumns", 700, 3);
        return Program.fetching(
                x.sum(0, 1),
                x.sum(2),
                x.max(1),
                x.sum(1, 2),
                longRow.sum(),
                longRow.max(),
                longColumns.square().sum(0));
    }

    private static Program movements() {
        Tensor x = input("x", 2, 3, 5, 7);
        Tensor table = input("table", 37, 41);
        return Program.fetching(
                x.transpose(0, 3, 1, 2),
                table.transpose(1, 0),
                x.pad(2, 1, 2),
                x.slice(3, 2, 5),
                x.slice(3, 0, 2),
                x.slice(3, 2, 7),
                Tensor.concatenate(3, List.of(x.exp(), x)));
    }

    private static Program tables() {
        Tensor indices = Tensor.variable("indices", Shape.of(6), DType.INT);
        return Program.fetching(
                input("table", 3, 5).gather(indices), input("rows", 6, 5).scatterAdd(indices, 3));
    }

    private static Program images() {
        List<Tensor> results = new ArrayList<>();
        for (int channels : new int[] {3, 4}) {
            Tensor x = input("x" + channels, 2, 4, 6, channels);
            Tensor bilinear = x.upsampleBilinear(2);
            results.addAll(List.of(x.upsampleNearest(2), x.sumPool(2), bilinear));
            results.add(Gradients.of(bilinear.square().sum(), List.of(x)).get(0));
        }
        return new Program(results, Map.of());
    }

    private static Program products(int m, int n, int k) {
        List<Tensor> results = new ArrayList<>();
        for (int order = 0; order < 4; order++) {
            results.addAll(product(m, n, k, order).fetches());
        }
        return new Program(results, Map.of());
    }

    private static Program product(int m, int n, int k, int order) {
        boolean transposeA = order % 2 == 1;
        boolean transposeB = order / 2 == 1;
        Tensor a = transposeA ? input("a" + order, k, m) : input("a" + order, m, k);
        Tensor b = transposeB ? input("b" + order, n, k) : input("b" + order, k, n);
        return Program.fetching(new Tensor(new MatMul(transposeA, transposeB), List.of(a, b)));
    }

    /** Several products, whose tiles and whose panels are not full, with every pair of orders; and sums that are split. */
    private static Program batchOfProducts() {
        Tensor a = input("a", 3, 5, 37);
        Tensor b = input("b", 3, 37, 35);
        Tensor g = input("g", 3, 5, 35);
        Tensor longA = input("longA", 2, 3, 500);
        return Program.fetching(
                a.matmul(b), g.matmul(b, false, true), a.matmul(g, true, false), longA.matmul(longA, false, true));
    }

    private static Program softmaxes() {
        List<Tensor> results = new ArrayList<>();
        for (int length : new int[] {1, 7, 49, 300}) {
            Tensor x = input("x" + length, 5, length);
            Tensor y = x.softmax(1);
            results.add(y);
            results.add(
                    Gradients.vjp(y, input("g" + length, 5, length), List.of(x)).get(0));
        }
        return new Program(results, Map.of());
    }

    /** A convolution with all that its kernel can add, and both gradients. */
    private static Program convolution(int n, int size, int in, int outputs, int kernel, int stride, int padding) {
        Tensor x = input("x", n, size, size, in);
        Tensor w = input("w", kernel, kernel, in, outputs);
        Tensor y = x.conv2d(w, stride, padding);
        List<Tensor> results =
                new ArrayList<>(Gradients.vjp(y, input("g", y.shape().dims()), List.of(x, w)));
        results.add(y.plus(input("bias", outputs))
                .plus(input("conditioning", n, outputs).reshape(n, 1, 1, outputs))
                .plus(input("skip", y.shape().dims())));
        return new Program(results, Map.of());
    }

    private static Program groupNorm(int n, int size, int channels, int groups) {
        Tensor x = input("x", n, size, size, channels);
        Tensor scale = input("scale", channels);
        Tensor shift = input("shift", channels);
        Tensor y = x.groupNormSilu(scale, shift, groups, 1e-5);
        List<Tensor> results =
                new ArrayList<>(Gradients.vjp(y, input("g", y.shape().dims()), List.of(x, scale, shift)));
        results.add(y);
        return new Program(results, Map.of());
    }
}
