package scorefield.ncsn.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.ReferenceDevice;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;

class AdamTest {

    @Test
    void followsTheAlgorithmOfThePaper() {
        double rate = 0.1;
        double beta1 = 0.9;
        double beta2 = 0.99;
        double epsilon = 1e-3;
        double decay = 0.3;
        Shape shape = Shape.of(2);
        Adam state =
                new Adam(Tensor.variable("theta", shape), Tensor.variable("m", shape), Tensor.variable("v", shape));
        Tensor gradient = Tensor.input("g", shape);
        Adam.Constants constants = new Adam.Constants(beta1, beta2, epsilon, decay);
        Adam.Schedule schedule = Adam.Schedule.inputs();
        Adam next = Adam.step(state, gradient, constants, schedule);
        double[] theta = {0.7, -0.4};
        double[] m = {0, 0};
        double[] v = {0, 0};
        try (ReferenceDevice device = new ReferenceDevice();
                Executable step = device.compile(new Program(
                        List.of(),
                        Map.of(
                                state.parameters(), next.parameters(),
                                state.mean(), next.mean(),
                                state.meanSquare(), next.meanSquare())))) {
            device.write(state.parameters(), Values.of(shape, theta));
            for (int t = 1; t <= 5; t++) {
                double[] g = {Math.sin(t), 10 * Math.cos(t)};
                for (int i = 0; i < 2; i++) {
                    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
                    v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
                    theta[i] = (1 - rate * decay) * theta[i]
                            - rate
                                    * (m[i] / (1 - Math.pow(beta1, t)))
                                    / (Math.sqrt(v[i] / (1 - Math.pow(beta2, t))) + epsilon);
                }
                Map<Tensor, Values> feeds = new HashMap<>(schedule.feeds(constants, rate, t));
                feeds.put(gradient, Values.of(shape, g));
                step.run(feeds);
            }
            assertThat(device.read(state.parameters()).doubles()).containsExactly(theta, within(1e-6));
        }
    }
}
