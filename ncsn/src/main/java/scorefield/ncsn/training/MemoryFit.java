package scorefield.ncsn.training;

import java.util.ArrayList;
import java.util.List;
import scorefield.autodiff.Device;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.network.ScoreNetwork;

/**
 * A configuration whose training step fits a device's memory. Where {@code training.shards} is {@code auto}, the batch is cut into the least
 * number of shards that fits. Otherwise, where batch and channels were not set by the user, they are reduced: first the batch is halved, down to
 * {@value #LEAST_BATCH}, because a smaller batch learns the same network; then the network's channels, down to {@value #LEAST_CHANNELS}; and
 * last the batch again. Planning alone tells how much memory a step takes; nothing is computed.
 *
 * @param configuration one that fits, or the given one where none does
 * @param notes what was changed and why, a line each; empty where nothing was changed
 */
public record MemoryFit(Configuration configuration, List<String> notes) {

    private static final int LEAST_BATCH = 16;
    private static final int LEAST_CHANNELS = 16;

    private static final String SHARDS = TrainingSettings.SHARDS;
    private static final String BATCH = "training.batch";
    private static final String CHANNELS = "network.channels";

    /**
     * Fits a configuration to a device.
     *
     * @param asked what the user has set, which is kept
     * @param wanted the complete configuration
     * @param leastShards how many shards there are at least where their number is {@code auto}: as many as ranks
     */
    public static MemoryFit of(Device device, Settings asked, Configuration wanted, DataSummary data, int leastShards) {
        if (wanted.training().shards().isEmpty()) {
            return inShards(device, asked, wanted, data, leastShards);
        }
        if (fits(device, wanted, data)) {
            return new MemoryFit(wanted, List.of());
        }
        for (Configuration smaller : smaller(asked, wanted, data)) {
            if (fits(device, smaller, data)) {
                return new MemoryFit(smaller, notes(wanted, smaller, device));
            }
        }
        return new MemoryFit(wanted, List.of());
    }

    /** With the least number of shards that fits; where none does, one sample in each. */
    private static MemoryFit inShards(
            Device device, Settings asked, Configuration wanted, DataSummary data, int leastShards) {
        int batch = wanted.training().batch();
        int shards = 1;
        while (TrainingSettings.canBeCut(batch, 2 * shards)
                && (shards < leastShards || !fits(device, wanted.with(SHARDS, shards), data))) {
            shards *= 2;
        }
        MemoryFit fit = of(device, asked, wanted.with(SHARDS, shards), data, leastShards);
        List<String> notes = new ArrayList<>();
        notes.add(SHARDS + "=" + shards + ", the least that fits the memory of " + device.name() + ": " + batch / shards
                + " samples at once");
        notes.addAll(fit.notes());
        return new MemoryFit(fit.configuration(), notes);
    }

    private static List<Configuration> smaller(Settings asked, Configuration wanted, DataSummary data) {
        int batch = wanted.training().batch();
        int shards = wanted.training().shardCount();
        int channels = wanted.network().channels();
        boolean images = data.sample().rank() > 1;
        int leastBatch = asked.has(BATCH) ? batch : Math.min(batch, LEAST_BATCH);
        int leastChannels = asked.has(CHANNELS) || !images ? channels : Math.min(channels, LEAST_CHANNELS);
        List<Configuration> smaller = new ArrayList<>();
        // Channels come in fours.
        for (int c = channels; c >= leastChannels; c = c / 8 * 4) {
            for (int b = batch; b >= leastBatch && TrainingSettings.canBeCut(b, shards); b /= 2) {
                smaller.add(wanted.with(CHANNELS, c).with(BATCH, b));
            }
        }
        Configuration least = smaller.get(smaller.size() - 1);
        if (!asked.has(BATCH)) {
            for (int b = least.training().batch() / 2; b >= 1 && TrainingSettings.canBeCut(b, shards); b /= 2) {
                smaller.add(least.with(BATCH, b));
            }
        }
        return smaller;
    }

    private static boolean fits(Device device, Configuration configuration, DataSummary data) {
        ScoreNetwork network = Checkpoint.network(configuration, data.sample());
        TrainingSettings training = configuration.training();
        if (training.batch() / training.shardCount() > BatchLimit.mostInTensors(network)) {
            return false;
        }
        return device.fits(Trainer.program(
                network, configuration.trainingObjective(), data, configuration.noiseLevels(), training));
    }

    private static List<String> notes(Configuration wanted, Configuration chosen, Device device) {
        List<String> notes = new ArrayList<>();
        note(notes, CHANNELS, wanted.network().channels(), chosen.network().channels(), device);
        note(notes, BATCH, wanted.training().batch(), chosen.training().batch(), device);
        return notes;
    }

    private static void note(List<String> notes, String key, int wanted, int chosen, Device device) {
        if (chosen != wanted) {
            notes.add(key + "=" + chosen + " rather than " + wanted
                    + ", because a larger step does not fit the memory of " + device.name());
        }
    }
}
