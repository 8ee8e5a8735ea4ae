package scorefield.ncsn.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Values;
import scorefield.ncsn.flow.FlowMethod;
import scorefield.ncsn.flow.Interpolation;
import scorefield.ncsn.flow.Prior;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.schedule.NoiseLevels;

/**
 * The interpolation between two samples through their noise: {@link Interpolation}.
 *
 * @param samples N×sample, the first and the last being the ends
 * @param recoveryErrors the root-mean-square distance of each given end from itself after the flow to noise and back; empty for an end that was noise
 */
public record SampleInterpolation(Values samples, List<Optional<Double>> recoveryErrors) {

    /** Receives the progress of the work. */
    @FunctionalInterface
    public interface Progress {

        /**
         * A share of the work is done.
         *
         * @param share up to 1
         * @param from where the part at work starts: {@code cat.png}, or {@code noise}
         */
        void at(double share, String from);
    }

    /**
     * Interpolates.
     *
     * @param steps how many samples, both ends included, at least 2
     */
    public static SampleInterpolation between(
            Run run,
            ScoreModel model,
            InterpolationEnd first,
            InterpolationEnd last,
            int steps,
            FlowMethod method,
            Progress progress) {
        NoiseLevels levels = run.noiseLevels();
        Prior prior = Prior.of(run.sample().times(1), levels.largest());
        List<InterpolationEnd> ends = List.of(first, last);
        double integrations = 1 + ends.stream().filter(end -> !end.isNoise()).count();
        try (Interpolation interpolation =
                new Interpolation(model.device(), model.score(), run.sample().times(steps), levels, prior, method)) {
            List<float[]> noises = new ArrayList<>();
            int finished = 0;
            for (InterpolationEnd end : ends) {
                if (end.isNoise()) {
                    noises.add(interpolation.noise(end.seed()));
                } else {
                    int before = finished++;
                    noises.add(interpolation.noise(
                            end.given(),
                            // Another seed for each end: the noise added to one has nothing in common with the other's.
                            noises.size(),
                            share -> progress.at((before + share) / integrations, end.text())));
                }
            }
            int before = finished;
            Values samples = interpolation.between(
                    noises.get(0), noises.get(1), share -> progress.at((before + share) / integrations, "noise"));
            return new SampleInterpolation(
                    samples,
                    List.of(
                            recoveryError(first, samples.floats(), 0),
                            recoveryError(
                                    last,
                                    samples.floats(),
                                    (steps - 1) * run.sample().size())));
        }
    }

    /** The root-mean-square distance of an end from the sample that starts at an index of many. */
    private static Optional<Double> recoveryError(InterpolationEnd end, float[] samples, int at) {
        if (end.isNoise()) {
            return Optional.empty();
        }
        float[] sample = end.given();
        double squares = 0;
        for (int i = 0; i < sample.length; i++) {
            double difference = sample[i] - samples[at + i];
            squares += difference * difference / sample.length;
        }
        return Optional.of(Math.sqrt(squares));
    }
}
