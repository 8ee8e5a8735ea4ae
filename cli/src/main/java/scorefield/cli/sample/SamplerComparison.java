package scorefield.cli.sample;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.SamplingSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.network.ScoreFunction;
import scorefield.ncsn.ode.IntegrationException;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.DivergenceException;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.sampler.SamplerChoice;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;

/** How good samples are, against how many network evaluations they took: every sampler with every number of them, from the same seed. */
final class SamplerComparison {

    /**
     * What one sampler made of a number of evaluations.
     *
     * @param allowed how many evaluations it might take
     * @param taken how many it took
     * @param distances of its samples from the data, by every measure; none where it failed
     * @param failure why there are no samples, or null
     */
    record Result(
            SamplerKind<?> sampler,
            String choice,
            int allowed,
            int taken,
            List<Double> distances,
            @Nullable String failure) {}

    /** Watches how far it is. */
    interface Watch {

        /** At work on one sampler. */
        void at(double fraction, String doing);

        /** What one of them came to. */
        void found(Result result);
    }

    private record Job(SamplerKind<?> kind, int allowed, SamplerChoice choice) {}

    private final List<Job> jobs = new ArrayList<>();
    private final int count;
    private final long seed;

    /**
     * Refuses what cannot be done, before anything is drawn.
     *
     * @param configuration the run's, with what was asked for
     * @param evaluations the numbers of evaluations
     * @param count how many samples are drawn, each time
     */
    SamplerComparison(Configuration configuration, List<Integer> evaluations, int count, long seed) {
        for (SamplerKind<?> kind : Samplers.ALL) {
            for (int allowed : evaluations) {
                Settings settings =
                        SamplingSettings.spending(allowed).over(Settings.of("sampling.sampler", kind.name()));
                jobs.add(new Job(kind, allowed, configuration.with(settings).sampler()));
            }
        }
        this.count = count;
        this.seed = seed;
    }

    /** How many evaluations of the network it may take for each sample. */
    long evaluations() {
        return jobs.stream().mapToLong(Job::allowed).sum();
    }

    /**
     * Draws and measures; the samplers one after the other, each with all numbers of evaluations. One that fails does not end the others'
     * work.
     */
    List<Result> run(Device device, ScoreFunction score, Shape sample, DistancesFromData distances, Watch watch) {
        double whole = evaluations();
        long before = 0;
        List<Result> results = new ArrayList<>();
        Shape batch = sample.times(Math.min(count, ScoreModel.batch(sample)));
        for (Job job : jobs) {
            double done = before;
            String doing = job.kind.name() + ", " + job.allowed + " evaluations";
            try (Sampler sampler = job.choice.on(device, score, batch)) {
                Values drawn = sampler.sample(
                        count, seed, stage -> watch.at((done + stage.fraction() * job.allowed) / whole, doing));
                List<Double> measured = distances.of(DataSets.of("samples", drawn));
                results.add(result(job, sampler.evaluations(), measured, null));
            } catch (DivergenceException | IntegrationException e) {
                results.add(result(job, job.allowed, List.of(), e.getMessage()));
            }
            watch.found(results.get(results.size() - 1));
            before += job.allowed;
        }
        return results;
    }

    private static Result result(Job job, int taken, List<Double> distances, @Nullable String failure) {
        return new Result(job.kind, job.choice.description(), job.allowed, taken, distances, failure);
    }
}
