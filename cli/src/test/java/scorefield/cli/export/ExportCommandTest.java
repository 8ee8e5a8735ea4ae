package scorefield.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import onnx.Onnx.ModelProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scorefield.cli.Cli;

/** {@code export}: what the file declares; that it computes the same scores, the library's tests show. */
class ExportCommandTest {

    @TempDir
    private Path folder;

    private static ModelProto read(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }

    @Test
    void aRunsNetworkBecomesAModelWithAFreeBatchSize() throws IOException {
        Path run = folder.resolve("digits");
        Cli.trainDigits(run);
        Path file = folder.resolve("digits.onnx");
        Cli.Outcome outcome = Cli.run("export", "--run=" + run, "--onnx=" + file);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(file + ": the score of " + run + ", step 2, for N×8×8×1, ");
        ModelProto model = read(file);
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
        assertThat(model.getProducerName()).isEqualTo("scorefield");
        assertThat(model.getGraph().getInputList().stream().map(ValueInfoProto::getName))
                .containsExactly("x", "sigma");
        assertThat(model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam())
                .isEqualTo("N");
        assertThat(model.getGraph().getOutput(0).getName()).isEqualTo("score");
        assertThat(model.getMetadataPropsList().stream().map(entry -> entry.getKey()))
                .containsExactly("sigma_max", "sigma_min", "levels");
    }

    @Test
    void aClassConditionalNetworkTakesLabels() throws IOException {
        Path run = folder.resolve("classes");
        assertThat(Cli.train("--steps=1", "--set=model.classes=auto", "--device=reference", "--out=" + run)
                        .code())
                .isZero();
        Path file = folder.resolve("classes.onnx");
        Cli.Outcome outcome = Cli.run("export", "--run=" + run, "--onnx=" + file, "--what=denoiser");
        assertThat(outcome.out()).contains("the denoiser of ", "for N×8×8×1 of 10 classes");
        ModelProto model = read(file);
        assertThat(model.getGraph().getInputList().stream().map(ValueInfoProto::getName))
                .containsExactly("x", "sigma", "labels");
        assertThat(model.getGraph().getOutput(0).getName()).isEqualTo("denoised");
        assertThat(model.getMetadataProps(3).getKey()).isEqualTo("classes");
        assertThat(model.getMetadataProps(3).getValue().lines()).hasSize(10);
    }

    @Test
    void whatCannotBeExportedIsRefused() {
        Path run = folder.resolve("digits");
        Cli.trainDigits(run);
        Cli.Outcome what = Cli.run("export", "--run=" + run, "--onnx=x.onnx", "--what=energy");
        assertThat(what.code()).isEqualTo(2);
        assertThat(what.err()).contains("expected one of [score, denoiser] (case-sensitive) but was 'energy'");
        Cli.Outcome nowhere = Cli.run("export", "--run=" + run, "--onnx=" + folder);
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains(folder + ": is a folder; name a file");
    }
}
