import java.nio.file.Path;
import scorefield.autodiff.Device;
import scorefield.autodiff.Values;
import scorefield.kernels.Devices;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.training.HeldOutData;

/**
 * Reads a run's checkpoint and uses its score: removes noise from a digit that the run has not seen, by x + σ²·score(x, σ). Prints how far the
 * noisy and the denoised digit are from the clean one. The argument is the run's folder, by default the newest run in runs/.
 */
public class UseCheckpoint {
    public static void main(String[] args) throws Exception {
        Run run = args.length > 0 ? Run.open(Path.of(args[0])) : Run.newest();
        System.out.println(run + ", " + run.noiseLevels());
        Values clean = HeldOutData.digit(run.configuration(), 0).numbers(0, 1);
        double sigma = 0.3;
        java.util.Random random = new java.util.Random(1);
        float[] noisy = clean.floats().clone();
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += (float) (sigma * random.nextGaussian());
        }
        try (Device device = Devices.open()) {
            Values x = Values.of(run.sample().times(1), noisy);
            float[] score = run.score(device, x, sigma).floats();
            float[] denoised = noisy.clone();
            for (int i = 0; i < denoised.length; i++) {
                denoised[i] += (float) (sigma * sigma * score[i]);
            }
            System.out.printf(
                    "root mean square error: noisy %.3f, denoised %.3f%n",
                    error(noisy, clean.floats()), error(denoised, clean.floats()));
        }
    }

    private static double error(float[] x, float[] y) {
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            squares += Math.pow(x[i] - y[i], 2) / x.length;
        }
        return Math.sqrt(squares);
    }
}
