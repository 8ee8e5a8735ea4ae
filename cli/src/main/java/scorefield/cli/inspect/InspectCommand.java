package scorefield.cli.inspect;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Program;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Tensor;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.option.RunOption;
import scorefield.cli.option.SettingsOptions;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.PlanListing;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.network.Layer;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Average;

/** {@code scorefield inspect}: what a network is made of, and how it runs. */
@Command(
        name = "inspect",
        description = "Shows what a network is made of, layer by layer, and how it runs on a device.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield inspect",
            "      the newest run's network; without a run, the one for the built-in digits",
            "  scorefield inspect --preset colour32 --set network.channels=32",
            "      a network that has not been trained",
            "  scorefield inspect --of score --graph",
            "      the network as tensors; without --of, a whole training step",
            "  scorefield inspect --plan | less",
            "      the kernel launches of a training step, and where buffers lie",
            "  scorefield inspect --passes | less",
            "      what each pass changes, on the way from a training step to these launches",
            "  scorefield inspect --kernels",
            "      the OpenCL C that was generated for it",
            "  scorefield inspect --keys",
            "      every setting: its default, its meaning, its range"
        })
public final class InspectCommand implements Callable<Integer> {

    /** Which computation. */
    enum Part {
        /** One step of training: batch, loss, gradients, Adam, moving average. */
        training,
        /** The score of one batch. */
        score
    }

    /** What to print; nothing chosen is the table of layers. */
    static final class Listing {
        @Option(names = "--graph", description = "Print the graph: every tensor, its op, its inputs, its shape.")
        private boolean graph;

        @Option(names = "--plan", description = "Print the planned kernel launches and where their buffers lie.")
        private boolean plan;

        @Option(names = "--passes", description = "Print what each pass did on the way from the graph to the launches.")
        private boolean passes;

        @Option(names = "--kernels", description = "Print the OpenCL C that is generated.")
        private boolean kernels;

        @Option(names = "--keys", description = "Print every setting for --set and --config.")
        private boolean keys;
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Option(
            names = "--of",
            paramLabel = "training|score",
            defaultValue = "training",
            description = "Print the graph, plan, passes or kernels of this computation (default: ${DEFAULT-VALUE}).")
    private Part part = Part.training;

    @ArgGroup
    private @Nullable Listing listing;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (listing != null && listing.keys) {
            out.print(Configuration.describeKeys());
            out.flush();
            return 0;
        }
        Subject subject = Subject.of(run.named(), settings.read());
        if (listing == null) {
            printLayers(subject, out);
        } else if (listing.graph) {
            printGraph(program(subject), out);
        } else if (listing.plan) {
            out.print(plan(program(subject)).launches());
        } else if (listing.passes) {
            out.print(plan(program(subject)).passes());
        } else if (listing.kernels) {
            out.print(plan(program(subject)).generatedSource());
        }
        out.flush();
        return 0;
    }

    private static void printLayers(Subject subject, PrintWriter out) {
        ScoreNetwork network = subject.network();
        List<Layer> layers = Layer.of(network);
        String kind = SampleKind.singular(network.sample());
        String format = "%-18s %14s %12s %15s %14s%n";
        out.print(Text.of(
                "%s (%s)%n%n",
                SampleKind.isPoint(network.sample())
                        ? "perceptron for points of " + network.sample() + " numbers"
                        : "U-Net for images " + network.sample(),
                subject.name()));
        out.print(Text.of(format, "layer", "output", "parameters", "multiply-adds", "memory/" + kind));
        long multiplyAdds = 0;
        long bytes = 0;
        for (Layer layer : layers) {
            long memory = (long) layer.output().size() * Float.BYTES;
            multiplyAdds += layer.multiplyAdds();
            bytes += memory;
            out.print(Text.of(
                    format,
                    layer.name(),
                    layer.output(),
                    Text.of("%,d", layer.parameters()),
                    Text.of("%,d", layer.multiplyAdds()),
                    Text.bytes(memory)));
        }
        int inTraining = network.parameters().size()
                - layers.stream().mapToInt(Layer::parameters).sum();
        if (inTraining > 0) {
            out.print(Text.of(format, "only in training", "", Text.of("%,d", inTraining), "", ""));
        }
        out.print(Text.of(
                format,
                "all",
                "",
                Text.of("%,d", network.parameters().size()),
                Text.of("%,d", multiplyAdds),
                Text.bytes(bytes)));
        out.print(Text.of(
                "%nmultiply-adds: of one score of one %1$s. memory/%1$s: the layer's output; a training step keeps what its%n"
                        + "gradients need, times the batch (%2$d), and %3$s of parameters, averages and Adam's moments.%n",
                kind,
                subject.configuration().training().batch(),
                Text.bytes((3L + Average.of(subject.configuration().training()).size())
                        * Float.BYTES
                        * network.parameters().size())));
    }

    private Program program(Subject subject) {
        if (part == Part.training) {
            return subject.trainingStep();
        }
        ScoreNetwork network = subject.network();
        Shape sample = network.sample();
        int batch = subject.configuration().training().batch();
        Tensor flat =
                Tensor.variable("parameters", Shape.of(network.parameters().size()));
        Tensor x = Tensor.input("x", sample.times(batch));
        Tensor sigma = Tensor.input("sigma", Shape.of(batch));
        return Program.fetching(network.score(network.parameters().weights(flat), x, sigma));
    }

    /** One line a tensor: its number, its op with its inputs' numbers, its shape, its name. */
    private static void printGraph(Program program, PrintWriter out) {
        Map<Tensor, Integer> numbers = new IdentityHashMap<>();
        for (Tensor tensor : program.order()) {
            numbers.put(tensor, numbers.size());
            String inputs = tensor.inputs().stream()
                    .map(input -> numbers.get(input).toString())
                    .collect(Collectors.joining(", "));
            out.print(Text.of(
                    "%6d  %-44s %-5s %-18s %s%n",
                    numbers.get(tensor),
                    tensor.op().label() + (inputs.isEmpty() ? "" : "(" + inputs + ")"),
                    tensor.dtype(),
                    tensor.shape(),
                    tensor.name()));
        }
        program.fetches().forEach(fetch -> out.println(" fetch  " + numbers.get(fetch)));
        program.updates()
                .forEach((variable, value) -> out.println("update  " + variable.name() + " <- " + numbers.get(value)));
    }

    private PlanListing plan(Program program) {
        try (OpenClDevice opened =
                device.openClOnly("--plan, --passes and --kernels show how an OpenCL device computes")) {
            return opened.plan(program);
        }
    }
}
