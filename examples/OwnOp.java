import java.util.List;
import java.util.Map;
import java.util.Optional;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Op;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;

/**
 * Writes an op of one's own: a record with the shape of its result, and its lowering, which is the result written with other ops. It runs on
 * every device and can be differentiated as often as you like. Prints log cosh x, its gradient tanh x, and its second derivative 1 − tanh² x.
 */
public class OwnOp {

    /** log cosh x = |x| + log(1 + e^(−2|x|)) − log 2, element by element: no exponential overflows. */
    record LogCosh() implements Op {

        @Override
        public Shape shape(List<Tensor> inputs) {
            floats(inputs, 1); // or an error that names the op and its inputs
            return inputs.get(0).shape();
        }

        @Override
        public Optional<Tensor> lowered(Tensor node) {
            Tensor size = node.input(0).abs();
            return Optional.of(size.plus(size.times(-2).softplus()).minus(Math.log(2)));
        }
    }

    public static void main(String[] args) {
        Tensor x = Tensor.input("x", Shape.of(3));
        Tensor y = new Tensor(new LogCosh(), List.of(x));
        Tensor first = Gradients.of(y.sum(), x);
        Tensor second = Gradients.of(first.sum(), x);
        try (Device device = Devices.open();
                Executable program = device.compile(Program.fetching(y, first, second))) {
            List<Values> results = program.run(Map.of(x, Values.of(Shape.of(3), -2f, 0.5f, 100f)));
            System.out.printf("%6s %10s %10s %10s%n", "x", "log cosh x", "tanh x", "1 − tanh²x");
            for (int i = 0; i < 3; i++) {
                System.out.printf(
                        "%6.1f %10.4f %10.4f %10.4f%n",
                        new float[] {-2, 0.5f, 100}[i],
                        results.get(0).get(i),
                        results.get(1).get(i),
                        results.get(2).get(i));
            }
        }
    }
}
