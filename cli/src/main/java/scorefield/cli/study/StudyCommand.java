package scorefield.cli.study;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import scorefield.autodiff.Device;
import scorefield.cli.console.Failures;
import scorefield.cli.console.RunFailedException;
import scorefield.cli.console.StopSignal;
import scorefield.cli.console.Stopped;
import scorefield.cli.console.UserException;
import scorefield.cli.option.DeviceChoice;
import scorefield.cli.output.OutputFile;
import scorefield.ncsn.data.DataSets;
import scorefield.ncsn.study.Population;
import scorefield.ncsn.study.Study;
import scorefield.ncsn.text.Spelling;
import scorefield.ncsn.text.Text;

/** {@code scorefield study}: runs experiments that show, step by step, the argument that leads to score networks. */
@Command(
        name = "study",
        description =
                "Runs a study: an experiment that states a claim, takes a measurement, and reports whether the claim held. Each"
                        + " study is a step of the argument that leads to noise conditional score networks. The exit code is 1 if"
                        + " a claim did not hold.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield study --list",
            "      every study, in the order of the argument",
            "  scorefield study langevin-step",
            "      one study; plots and numbers are written to studies/",
            "  scorefield study --all --out report",
            "      all studies, with everything on one page, report/index.html",
            "  scorefield study noise-trade-off --data spiral",
            "      a study that accepts any distribution, on a spiral"
        })
public final class StudyCommand implements Callable<Integer> {

    private static final Path FOLDER = Path.of("studies");

    private static final int STOPPED = 130;

    /** The number of points of a smoothed set, enough to show its shape. */
    private static final int POINTS = 200;

    private final List<Study> studies;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The study to run; --list shows all names.")
    private @Nullable String name;

    @Option(
            names = "--data",
            paramLabel = "NAME",
            description =
                    "The distribution, for studies that accept any: mixture (the default), checkerboard, moons, rings,"
                            + " spiral or points:PICTURE. All except mixture are smoothed, so that their score is known.")
    private @Nullable String data;

    @Option(names = "--list", description = "Only list the studies and their claims.")
    private boolean list;

    @Option(names = "--all", description = "Run all studies, and write one page with all of them, index.html.")
    private boolean all;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for plots, numbers and the page (default: studies/).")
    private Path out = FOLDER;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "The seed of all random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private DeviceChoice device = new DeviceChoice();

    /** @param studies the available studies */
    public StudyCommand(List<Study> studies) {
        this.studies = studies;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        if (list) {
            list(console);
            return ExitCode.OK;
        }
        List<Study> chosen = chosen();
        Population population = population(chosen);
        OutputFile.requireWritableFolder(out);
        try (StopSignal stop =
                new StopSignal(spec.commandLine().getErr(), "stopping…", "the results of this study are lost")) {
            StudySeries series = new StudySeries(out, this::open, seed, population, stop::requested, console);
            return run(chosen, series, console);
        }
    }

    private void list(PrintWriter console) {
        int width =
                studies.stream().mapToInt(study -> study.name().length()).max().orElse(0);
        studies.forEach(study -> console.println(Text.of("%-" + (width + 2) + "s%s", study.name(), study.claim())));
        console.flush();
    }

    private List<Study> chosen() {
        if (all == (name != null)) {
            throw new UserException("a study is missing; name one, or give --all (--list shows all names)");
        }
        if (all) {
            return studies;
        }
        return studies.stream()
                .filter(study -> study.name().equals(name))
                .findFirst()
                .map(List::of)
                .orElseThrow(() -> new UserException("there is no study '" + name + "'; "
                        + Spelling.suggestion(
                                String.valueOf(name),
                                studies.stream().map(Study::name).toList())));
    }

    /** The built-in mixture, or the set given by --data for a study that accepts any. */
    private Population population(List<Study> chosen) {
        if (data == null || data.equals(Population.MIXTURE.name())) {
            return Population.MIXTURE;
        }
        for (Study study : chosen) {
            if (!study.takesData()) {
                throw new UserException(
                        "--data: study '" + study.name() + "' has its own distributions; these studies accept any: "
                                + studies.stream()
                                        .filter(Study::takesData)
                                        .map(Study::name)
                                        .collect(Collectors.joining(", ")));
            }
        }
        return Population.around(DataSets.plane(data, POINTS, seed));
    }

    private Device open() {
        return device.open(spec.commandLine().getErr());
    }

    private int run(List<Study> chosen, StudySeries series, PrintWriter console) throws IOException {
        int code = ExitCode.OK;
        for (Study study : chosen) {
            try {
                series.run(study);
            } catch (Stopped e) {
                console.println("stopped in " + study.name() + "; the results of earlier studies are in " + out);
                code = STOPPED;
                break;
            }
        }
        List<StudyReport> reports = series.reports();
        if (all) {
            Path page = out.resolve("index.html");
            StudyPage.write(page, chosen, reports, out);
            reports.forEach(report -> console.println(Text.of(
                    "%-22s %-20s %s", report.study().name(), report.outcome(), Text.duration(report.seconds()))));
            console.println("page  " + page);
        }
        console.flush();
        if (code != ExitCode.OK) {
            return code;
        }
        for (StudyReport report : reports) {
            if (report.failure() != null) {
                throw new RunFailedException(
                        "study " + report.study().name() + " failed: " + Failures.message(report.failure()),
                        report.failure());
            }
        }
        return reports.stream().allMatch(StudyReport::held) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
