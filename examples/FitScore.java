import java.util.Map;
import scorefield.autodiff.Device;
import scorefield.autodiff.Executable;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.PlanarSets;
import scorefield.ncsn.data.Points;
import scorefield.ncsn.network.Mlp;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.objective.AnnealedDenoising;
import scorefield.ncsn.schedule.NoiseLevels;
import scorefield.ncsn.schedule.SigmaDensity;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingState;

/**
 * Fits a score in the plane, from the parts: data, a network, an objective, noise levels and a trainer. The data are a mixture of Gaussians, whose
 * score is known; prints the learned score beside the exact one at a few points. The argument is the number of steps, 3000 by default.
 */
public class FitScore {
    public static void main(String[] args) {
        long steps = args.length > 0 ? Long.parseLong(args[0]) : 3000;
        double sigma = 1;
        Points data = PlanarSets.of("mixture", 10_000, 1);
        Mlp network = new Mlp(new MlpSettings(64, 3), 2);
        SigmaDensity levels = SigmaDensity.uniformOver(NoiseLevels.geometric(8, 0.1, 20));
        TrainingSettings settings = TrainingSettings.of(steps, 256, 2e-3, 1);
        TrainingState start = TrainingState.initial(network, settings.seed());
        Tensor x = Tensor.input("x", Shape.of(4, 2));
        Values points = Values.of(x.shape(), 0f, 0f, 1f, 0f, 0f, 2f, -1f, -1f);

        try (Device device = Devices.open();
                Trainer trainer =
                        new Trainer(device, network, new AnnealedDenoising(), data, levels, settings, start)) {
            while (trainer.stepsTaken() < steps) {
                trainer.step();
            }
            System.out.printf("mean loss: %.3f%n", trainer.statistics().loss());
            Tensor score = network.with(network.parameters().weights(trainer.average()))
                    .score(x, Tensor.fill(Shape.of(4), sigma));
            try (Executable program = device.compile(Program.fetching(score))) {
                double[] learned = program.run(Map.of(x, points)).get(0).doubles();
                for (int i = 0; i < 4; i++) {
                    double[] at = {points.get(2 * i), points.get(2 * i + 1)};
                    double[] exact = PlanarSets.mixture().perturbed(sigma).score(at);
                    System.out.printf(
                            "at (%2.0f, %2.0f): learned (%5.2f, %5.2f), exact (%5.2f, %5.2f)%n",
                            at[0], at[1], learned[2 * i], learned[2 * i + 1], exact[0], exact[1]);
                }
            }
        }
    }
}
