package scorefield.cli.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ObjectiveSettings;
import scorefield.ncsn.configuration.ObjectiveSettings.Matching;
import scorefield.ncsn.configuration.ObjectiveSettings.Weight;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.run.RunHistory;
import scorefield.ncsn.run.RunStatus;
import scorefield.ncsn.setting.Kind;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.DataSummary;

/** A run in words: its status, its network, its objective. */
public final class RunText {

    private RunText() {}

    /** What became of a run so far, in a sentence. */
    public static String status(RunStatus run) {
        long step = run.step();
        long steps = run.configuration().training().steps();
        String message = run.session().map(RunHistory.Session::message).orElse("");
        String onward = "; to resume it: bin/scorefield train --resume --out "
                + run.folder().path();
        return switch (run.outcome()) {
            case RUNNING -> Text.of("running: step %,d of %,d%s", step, steps, left(run));
            case FINISHED -> Text.of("finished: %,d steps%s", step, took(run));
            case STOPPED -> Text.of("stopped after step %,d of %,d%s", step, steps, onward);
            case INTERRUPTED ->
                Text.of(
                        "interrupted after step %,d of %,d; the process ended without recording why%s",
                        step, steps, onward);
            case DIVERGED -> "diverged at " + message;
            case FAILED -> Text.of("failed after step %,d of %,d: %s", step, steps, message);
        };
    }

    private static String took(RunStatus run) {
        return run.history().sessions().isEmpty()
                ? ""
                : " in " + Text.duration(run.history().seconds());
    }

    private static String left(RunStatus run) {
        Double speed = run.speed();
        long steps = run.configuration().training().steps() - run.step();
        if (steps == 0) {
            return ", drawing samples";
        }
        return speed == null
                ? ""
                : ", about "
                        + Text.duration(steps * run.configuration().training().batch() / speed) + " left";
    }

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

    /** The objective: {@code annealed, weight σ^2}, or {@code annealed, weight edm, uncertainty learned}. */
    public static String objective(ObjectiveSettings objective) {
        String name = objective.matching().label();
        if (!objective.matching().annealed()) {
            return name;
        }
        boolean named = objective.matching() == Matching.ANNEALED && objective.weight() != Weight.POWER;
        return name + ", weight "
                + (named
                        ? Kind.label(objective.weight())
                        : "σ^"
                                + new DecimalFormat("0.###", DecimalFormatSymbols.getInstance(Locale.ROOT))
                                        .format(objective.power()))
                + (objective.uncertainty() ? ", uncertainty learned" : "");
    }
}
