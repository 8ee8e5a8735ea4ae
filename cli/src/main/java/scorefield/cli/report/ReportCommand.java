package scorefield.cli.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import scorefield.cli.option.RunOption;
import scorefield.ncsn.run.RunStatus;

/** {@code scorefield report}: a run's page, made anew from what lies in its folder. */
@Command(
        name = "report",
        description =
                "Makes a run's page, report.html, anew: its configuration, loss, samples, speed, and its evaluation where"
                        + " there is one. Training writes it by itself, every few seconds, so that one can watch.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield report",
            "      the newest run's",
            "  scorefield report --run runs/mnist",
            "      after `scorefield evaluate`, say"
        })
public final class ReportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Override
    public Integer call() throws IOException {
        RunStatus report = run.open().status();
        ReportPage.write(report, ReportPage.pictures());
        PrintWriter out = spec.commandLine().getOut();
        out.println(RunText.status(report));
        out.println("page  " + report.folder().report());
        out.flush();
        return ExitCode.OK;
    }
}
