package scorefield.kernels;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.launch.Arithmetic;
import scorefield.kernels.launch.Variant;
import scorefield.kernels.opencl.ClDevice;
import scorefield.kernels.pass.Planner;

/** What the tests of variants need of their programs. */
final class TestPrograms {

    private TestPrograms() {}

    static Tensor input(String name, int... dims) {
        return Tensor.input(name, Shape.of(dims));
    }

    /** The names of the ways to compute each problem of a program, in single precision. */
    static Map<String, List<String>> problems(Program program, ClDevice device) {
        return problems(program, device, Arithmetic.FLOAT32);
    }

    /** The same in some arithmetic. */
    static Map<String, List<String>> problems(Program program, ClDevice device, Arithmetic arithmetic) {
        Map<String, List<String>> problems = new LinkedHashMap<>();
        Planner.plan(program, device, arithmetic, (problem, variants) -> {
            problems.put(problem.key(), variants.stream().map(Variant::name).toList());
            return variants.get(0);
        });
        return problems;
    }

    /** Normal numbers for each input, the same in every run. */
    static Map<Tensor, Values> feeds(Program program) {
        Map<Tensor, Values> feeds = new HashMap<>();
        Random random = new Random(4);
        program.order().stream().filter(node -> node.inputs().isEmpty()).forEach(input -> {
            float[] numbers = new float[input.shape().size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian();
            }
            feeds.put(input, Values.of(input.shape(), numbers));
        });
        return feeds;
    }
}
