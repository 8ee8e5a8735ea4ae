package scorefield.ncsn.training;

import java.util.Map;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.NoiseDefaults;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.Digits;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.objective.AnnealedDenoising;

/** A run so small that the reference device takes a step in milliseconds. */
final class Tiny {

    static final Images DIGITS = new Digits(1, 8, 8).generate(10);

    private Tiny() {}

    static Configuration configuration(Map<String, Object> training) {
        Configuration configuration = Configuration.of(
                Settings.read(Map.of(
                        "network", Map.of("channels", 4, "multipliers", java.util.List.of(1, 2), "blocks", 1),
                        "noise", Map.of("levels", 5),
                        "training", Map.of("batch", 4, "warmup", 0))),
                "grey28+ncsnv2");
        for (Map.Entry<String, Object> entry : training.entrySet()) {
            configuration = configuration.with("training." + entry.getKey(), entry.getValue());
        }
        return NoiseDefaults.resolve(configuration, DIGITS);
    }

    static Checkpoint start(Configuration configuration) {
        DataSummary data = DataSummary.of(DIGITS);
        return new Checkpoint(
                configuration,
                data,
                TrainingState.initial(
                        Checkpoint.network(configuration, DIGITS.sample()),
                        configuration.training().seed(),
                        Average.of(configuration.training()).size()));
    }

    static Trainer trainer(scorefield.autodiff.Device device, Checkpoint from) {
        return new Trainer(
                device,
                from.network(),
                new AnnealedDenoising(),
                DIGITS,
                from.configuration().sigmaDensity(),
                from.configuration().training(),
                from.state());
    }
}
