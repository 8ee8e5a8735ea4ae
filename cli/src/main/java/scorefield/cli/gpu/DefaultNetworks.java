package scorefield.cli.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.cli.inspect.Subject;
import scorefield.kernels.verify.PlanningDevice;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Presets;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.run.ScoreModel;
import scorefield.ncsn.sampler.LangevinDynamics;
import scorefield.ncsn.training.Trainer;

/** The networks that the presets train, before their training. */
final class DefaultNetworks {

    /** The presets of images: the built-in digits, 28×28 grey and 32×32 colour. */
    private static final List<String> PRESETS = List.of(Presets.DIGITS, Presets.GREY_28, Presets.COLOUR_32);

    private DefaultNetworks() {}

    /** The networks of all presets for images, or of the one that was asked for; with some other settings. */
    static List<Subject> of(Settings asked) {
        List<String> presets = asked.preset().map(List::of).orElse(PRESETS);
        return presets.stream()
                .map(preset -> Subject.untrained(asked.over(Settings.of("preset", preset))))
                .toList();
    }

    /** The programs that training and sampling compile: a step, the preset's sampler with its guide, and Langevin dynamics. */
    static List<Program> programs(Subject subject) {
        ScoreNetwork network = subject.network();
        Configuration configuration = subject.configuration();
        PlanningDevice device = new PlanningDevice();
        ScoreModel model = new ScoreModel(
                device, network, variable("parameters", network), Optional.of(variable("guide", network)));
        int images = configuration.sampling().images();
        model.sampler(configuration.sampler(), images).close();
        new LangevinDynamics(device, model.score(), model.batch(images)).close();
        List<Program> programs = new ArrayList<>(device.programs());
        programs.add(Trainer.program(
                network,
                configuration.trainingObjective(),
                subject.data(),
                configuration.noiseLevels(),
                configuration.training()));
        return programs;
    }

    private static Tensor variable(String name, ScoreNetwork network) {
        return Tensor.variable(name, Shape.of(network.parameters().size()));
    }
}
