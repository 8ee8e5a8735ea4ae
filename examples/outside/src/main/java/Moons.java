import java.nio.file.Path;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.Training;

/** Trains a score network on points of two moons, then draws new points from it. */
public class Moons {
    public static void main(String[] args) throws Exception {
        try (Device device = Devices.open()) {
            Run run = Training.on("moons").set("training.steps", 500).folder(Path.of("moons")).run(device);
            Values points = run.sample(device, 100, 1); // 100×2, with seed 1
            for (int i = 0; i < 100; i++) {
                System.out.println(points.get(2 * i) + " " + points.get(2 * i + 1));
            }
        }
    }
}
