package scorefield.ncsn.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Shape;
import scorefield.autodiff.Values;
import scorefield.ncsn.file.ImageGrid;
import scorefield.ncsn.tensorboard.EventFile;
import scorefield.ncsn.text.Text;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.NoiseBands;

/** What a training writes for TensorBoard where {@code output.tensorboard} is set: every reading of the losses, and samples of images. */
final class TrainingEvents implements AutoCloseable {

    private final EventFile file;
    private final NoiseBands bands;

    private TrainingEvents(EventFile file, NoiseBands bands) {
        this.file = file;
        this.bands = bands;
    }

    /** Begins a session's events. */
    static TrainingEvents of(RunFolder folder, Checkpoint start) throws IOException {
        return new TrainingEvents(
                EventFile.create(folder.path(), start.state().step()),
                NoiseBands.of(start.configuration().sigmaDensity().levels()));
    }

    void measured(Metrics.Reading reading) throws IOException {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("loss", reading.loss());
        numbers.put("gradient norm", reading.gradientNorm());
        numbers.put("epoch", reading.epoch());
        if (reading.samplesPerSecond() != null) {
            numbers.put("samples per second", reading.samplesPerSecond());
        }
        @Nullable List<@Nullable Double> byBand = reading.lossByBand();
        if (byBand != null && byBand.size() > 1) {
            for (int band = 0; band < byBand.size(); band++) {
                Double loss = byBand.get(band);
                if (loss != null) {
                    numbers.put(
                            Text.of("loss by noise level/%.3g to %.3g", bands.largest(band), bands.smallest(band)),
                            loss);
                }
            }
        }
        file.scalars(reading.step(), numbers);
    }

    /** Images as a grid. Points have no picture without axes and text, which the library does not draw. */
    void sampled(long step, Values samples) throws IOException {
        Shape shape = samples.shape();
        if (shape.rank() == 4) {
            ImageGrid grid = ImageGrid.of(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
            file.image(step, "samples", grid.draw(samples.floats()));
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
