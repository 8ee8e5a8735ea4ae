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

/** {@code scorefield report}: rewrites the page of a run from the files in its folder. */
@Command(
        name = "report",
        description =
                "Rewrites the page of a run, report.html: its configuration, loss, samples, speed, and its evaluation if there"
                        + " is one. Training writes the page itself, every few seconds, so that you can watch.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield report",
            "      the page of the newest run",
            "  scorefield report --run runs/mnist",
            "      for example after `scorefield evaluate`"
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
