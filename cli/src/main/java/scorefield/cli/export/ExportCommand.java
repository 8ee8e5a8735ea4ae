package scorefield.cli.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scorefield.cli.option.AverageOption;
import scorefield.cli.option.RunOption;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.onnx.OnnxExport;
import scorefield.ncsn.run.Run;
import scorefield.ncsn.text.Text;

/** {@code scorefield export}: a run's network as an ONNX model. */
@Command(
        name = "export",
        description = "Writes a run's network as an ONNX model (opset 17), which ONNX Runtime and other programs run"
                + " without this one. Inputs: x (float32, NxHxWxC images in [0, 1] plus noise, or NxD points), sigma"
                + " (float32, N) and, of a class-conditional network, labels (int64, N; the number of classes stands"
                + " for no class). The batch size N is free.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  scorefield export --run runs/mnist --onnx mnist.onnx",
            "      the score, grad_x log p(x; sigma)",
            "  scorefield export --run runs/mnist --onnx mnist.onnx --what denoiser",
            "      the mean of the possible clean images, x + sigma^2*score",
            "  docs/exchange.md draws samples from the file with Python"
        })
public final class ExportCommand implements Callable<Integer> {

    /** The values of {@code --what}. */
    private enum What {
        score(OnnxExport.Output.SCORE),
        denoiser(OnnxExport.Output.DENOISER);

        private final OnnxExport.Output output;

        What(OnnxExport.Output output) {
            this.output = output;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOption run = new RunOption();

    @Mixin
    private AverageOption average = new AverageOption();

    @Option(names = "--onnx", required = true, paramLabel = "FILE.onnx", description = "The file to write.")
    private Path onnx = Path.of("");

    @Option(
            names = "--what",
            paramLabel = "WHAT",
            defaultValue = "score",
            description = "What the model computes: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}).")
    private What what = What.score;

    @Override
    public Integer call() throws IOException {
        Run opened = average.of(run.open());
        OutputFile.require(onnx, OutputFormat.ONNX);
        OnnxExport.write(onnx, opened, what.output);
        int classes = opened.network().classes();
        spec.commandLine()
                .getOut()
                .println(Text.of(
                        "%s: the %s of %s, for N×%s%s, %d parameters, %.1f MB",
                        onnx,
                        what,
                        opened,
                        opened.sample(),
                        classes == 0 ? "" : " of " + classes + " classes",
                        opened.network().parameters().size(),
                        Files.size(onnx) / 1e6));
        return 0;
    }
}
