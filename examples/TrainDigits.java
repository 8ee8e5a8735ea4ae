import java.nio.file.Path;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.file.PngWriter;
import scorefield.ncsn.run.Metrics;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.Training;
import scorefield.ncsn.run.TrainingListener;

/**
 * Trains a network on the built-in digits and draws new ones. A listener prints the loss on the way; the samples go to a picture in the run's
 * folder. The arguments are the run's folder and the number of steps, runs/example and 600 by default, and further settings as KEY=VALUE.
 */
public class TrainDigits {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args.length > 0 ? args[0] : "runs/example");
        Training.Builder training = Training.on("digits")
                .folder(folder)
                .set("training.steps", args.length > 1 ? Long.parseLong(args[1]) : 600)
                .set("output.preview-every", 0);
        for (int i = 2; i < args.length; i++) {
            String[] setting = args[i].split("=", 2);
            training.set(setting[0], Long.parseLong(setting[1]));
        }
        TrainingListener printing = new TrainingListener() {
            @Override
            public void measured(Metrics.Reading reading) {
                System.out.printf("step %d: loss %.1f%n", reading.step(), reading.loss());
            }
        };
        try (Device device = Devices.open()) {
            Run run = training.build().run(device, printing);
            Values digits = run.sample(device, 16, 1); // 16×H×W×1, in [0, 1]
            int side = digits.shape().dim(1);
            PngWriter.write(
                    folder.resolve("digits.png"), ImageGrid.of(16, side, side, 1).draw(digits.floats()));
            System.out.println(run + ": 16 digits in " + folder.resolve("digits.png"));
        }
    }
}
