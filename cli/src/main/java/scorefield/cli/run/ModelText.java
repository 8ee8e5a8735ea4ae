package scorefield.cli.run;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import scorefield.cli.console.Text;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ObjectiveSettings;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.training.DataSummary;

/** A line about a run's network, and one about its objective. */
public final class ModelText {

    private ModelText() {}

    /** The network: {@code U-Net of 32 channels × [1, 2, 2, 2], 2 blocks a level}. */
    public static String network(Configuration configuration, DataSummary data) {
        if (data.sample().rank() == 1) {
            MlpSettings mlp = configuration.mlp();
            return "perceptron, " + mlp.hidden() + " hidden layers of " + mlp.width();
        }
        UNetSettings unet = configuration.network();
        return Text.of(
                "U-Net of %d channels × %s, %d block%s a level",
                unet.channels(), unet.multipliers(), unet.blocks(), unet.blocks() == 1 ? "" : "s");
    }

    /** The objective: {@code annealed, weight σ^2}. */
    public static String objective(ObjectiveSettings objective) {
        String name = objective.matching().label();
        return objective.matching().annealed()
                ? name + ", weight σ^"
                        + new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT))
                                .format(objective.power())
                : name;
    }
}
