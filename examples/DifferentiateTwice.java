import java.util.List;
import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Gradients;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;

/**
 * Differentiates a function twice. A gradient is a graph of tensors like any other, so it has a gradient too. Prints the function, its gradient
 * and its second derivatives at one point, which one device computes in one program.
 */
public class DifferentiateTwice {
    public static void main(String[] args) {
        Tensor x = Tensor.input("x", Shape.of(3));
        Tensor f = x.pow(4).sum(); //               f(x) = Σ x⁴
        Tensor g = Gradients.of(f, x); //          ∇f(x) = 4x³
        Tensor h = Gradients.of(g.sum(), x); // ∇Σ∇f(x) = 12x²
        try (Device device = Devices.open();
                Executable program = device.compile(Program.fetching(f, g, h))) {
            List<Values> results = program.run(Map.of(x, Values.of(Shape.of(3), 1f, 2f, -3f)));
            System.out.println("f    " + results.get(0));
            System.out.println("∇f   " + results.get(1));
            System.out.println("∇Σ∇f " + results.get(2));
        }
    }
}
