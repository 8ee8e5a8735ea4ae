package scorefield.cli.ladder;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.kernels.OpenClDevice;
import scorefield.kernels.ladder.Climb;
import scorefield.kernels.ladder.Extents;
import scorefield.kernels.ladder.Ladder;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.text.Spelling;

/** {@code scorefield ladder}: an op's kernels from the first one that anyone would write to the one in use. */
@Command(
        name = "ladder",
        description = {
            "Computes the same op with one kernel after the other, from the first one that anyone would write to the"
                    + " one in use. Each is first checked against the reference, over awkward shapes too, and then"
                    + " measured: the median over several rounds, in each of which all take turns.",
            "The kernels are in kernels/src/main/resources/scorefield/kernels/ladder; docs/kernels.md explains them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield ladder conv3x3",
            "      a layer of the default network for 28×28 images",
            "  scorefield ladder conv3x3 --size images=64,in=128,out=128",
            "      other extents; those that are not named stay as they are",
            "  scorefield ladder group-norm --out group-norm.png",
            "      with a plot",
            "",
            "GFLOP/s count the operations of the formula, GB/s the least possible memory",
            "traffic. A kernel that needs fewer operations (Winograd), or whose data stay in",
            "a cache, can exceed the roofline: more than 100 %%."
        })
public final class LadderCommand implements Callable<Integer> {

    private static final int MOST_ROUNDS = 1000;

    private final List<Ladder> ladders;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "OP", description = "conv3x3, conv1x1, matmul or group-norm.")
    private String op = "";

    @Option(
            names = "--size",
            paramLabel = "NAME=N",
            split = ",",
            description = "Extents of the shape, several with commas between them. conv3x3 and conv1x1 have images,"
                    + " height, width, in and out; matmul has rows, columns and inner; group-norm has images, height,"
                    + " width, channels and groups. By default those of a layer of the default network for 28×28"
                    + " images, and 512 of each for matmul.")
    private Map<String, Integer> sizes = new LinkedHashMap<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many times each kernel is measured (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Also draw the ladder (.png), or write the table for a document (.md).")
    private @Nullable Path file;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    /** @param ladders that can be climbed */
    public LadderCommand(List<Ladder> ladders) {
        this.ladders = List.copyOf(ladders);
    }

    @Override
    public Integer call() throws IOException {
        Ladder ladder = ladder();
        Extents extents = extents(ladder);
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new UserException("--rounds must be from 1 to " + MOST_ROUNDS + "; got " + rounds);
        }
        OutputFormat format = file == null ? null : OutputFile.require(file, OutputFormat.PNG, OutputFormat.MARKDOWN);
        PrintWriter out = spec.commandLine().getOut();
        try (OpenClDevice opened = device.openForProfiling()) {
            String kind = DeviceChoice.kind(Optional.of(opened));
            out.println(ladder.name() + ": " + ladder.formula());
            out.println(extents + ", on " + kind);
            out.flush();
            Climb climb = climb(ladder, extents, opened, out);
            LadderTable table = new LadderTable(ladder, extents, kind, climb);
            out.print(table.text());
            out.flush();
            if (file != null && format == OutputFormat.PNG) {
                LadderChart.write(file, table);
            } else if (file != null) {
                AtomicFile.write(file, table.markdown().getBytes(StandardCharsets.UTF_8));
            }
        }
        return 0;
    }

    private Climb climb(Ladder ladder, Extents extents, OpenClDevice opened, PrintWriter out) {
        return Climb.of(ladder, extents, opened, rounds, line -> {
            out.println(line);
            out.flush();
        });
    }

    private Ladder ladder() {
        List<String> names = ladders.stream().map(Ladder::name).toList();
        return ladders.stream()
                .filter(ladder -> ladder.name().equals(op))
                .findFirst()
                .orElseThrow(
                        () -> new UserException("there is no ladder '" + op + "'; " + Spelling.suggestion(op, names)));
    }

    private Extents extents(Ladder ladder) {
        try {
            Extents extents = ladder.extents().with(sizes);
            Climb.require(ladder, extents);
            return extents;
        } catch (IllegalArgumentException e) {
            throw new UserException("--size: " + ladder.name() + ": " + e.getMessage());
        }
    }
}
