package scorefield.cli.sample;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import scorefield.autodiff.Shape;
import scorefield.cli.console.Progress;
import scorefield.cli.console.SamplingProgress;
import scorefield.cli.console.UserException;
import scorefield.cli.output.OutputFile;
import scorefield.cli.output.OutputFormat;
import scorefield.ncsn.data.SampleKind;
import scorefield.ncsn.file.Array;
import scorefield.ncsn.file.IoReason;
import scorefield.ncsn.sampler.Sampler;
import scorefield.ncsn.samples.DrawnSamples;
import scorefield.ncsn.samples.SampleFormat;
import scorefield.ncsn.samples.SampleOrder;

/**
 * A file, or folder, of samples one by one that {@code sample --out} names: any number of them, drawn to disk.
 *
 * @param target the file or folder
 * @param format what its ending stands for
 * @param bytes whether arrays of images hold bytes
 * @param resume whether an interrupted drawing goes on
 */
record SampleFile(Path target, SampleFormat format, boolean bytes, boolean resume) {

    /**
     * The file that {@code --out} names; empty where it names one picture of all samples, or nothing.
     *
     * @param sample the shape of one sample
     * @throws UserException if no format has that ending, or it is not for such samples or with these options
     */
    static Optional<SampleFile> of(Optional<Path> out, Shape sample, boolean bytes, boolean resume) {
        Optional<SampleFormat> asked = out.flatMap(SampleFile::format);
        if (asked.isEmpty()) {
            if (resume || bytes) {
                throw new UserException((resume ? "--resume" : "--bytes")
                        + " is for files of single samples; give --out FILE.npy, .npz, .safetensors or .zip, or a"
                        + " folder");
            }
            return Optional.empty();
        }
        Path target = out.orElseThrow();
        SampleFormat format = asked.get();
        if (format.isOfPictures() && SampleKind.isPoint(sample)) {
            throw new UserException(target
                    + ": points have no pictures of their own; give --out FILE.npy, .npz or .safetensors, or .png");
        }
        if (bytes && SampleKind.isPoint(sample)) {
            throw new UserException("--bytes is for images, but this run's samples are points; leave it out");
        }
        SampleFile file = new SampleFile(target, format, bytes || format.isOfPictures(), resume);
        if (format == SampleFormat.FOLDER) {
            file.requireFree();
        }
        return Optional.of(file);
    }

    /** The format that a name's ending chooses; empty for one picture of all samples. A name without an ending, or an existing folder, is a folder. */
    private static Optional<SampleFormat> format(Path target) {
        boolean ends = !OutputFormat.endingOf(target).isEmpty();
        if (Files.isDirectory(target) || (!ends && !OutputFile.isStream(target))) {
            return Optional.of(SampleFormat.FOLDER);
        }
        OutputFormat format = OutputFile.require(
                target,
                OutputFormat.PNG,
                OutputFormat.NPY,
                OutputFormat.NPZ,
                OutputFormat.SAFETENSORS,
                OutputFormat.ZIP);
        return switch (format) {
            case NPY -> Optional.of(SampleFormat.NPY);
            case NPZ -> Optional.of(SampleFormat.NPZ);
            case SAFETENSORS -> Optional.of(SampleFormat.SAFETENSORS);
            case ZIP -> Optional.of(SampleFormat.ZIP);
            default -> Optional.empty();
        };
    }

    private void requireFree() {
        OutputFile.requireWritableFolder(target);
        try (Stream<Path> inside = Files.list(target)) {
            if (!resume && inside.findAny().isPresent()) {
                throw new UserException(target + ": is a folder that is not empty; name another one");
            }
        } catch (IOException e) {
            throw new UserException(target + ": cannot be read: " + IoReason.of(e) + "; name another folder");
        }
    }

    /**
     * Draws the samples and writes them.
     *
     * @param how what the samples depend on besides the seed and the sampler's batch
     */
    void draw(Sampler sampler, SampleOrder order, long seed, Map<String, String> how, PrintWriter console)
            throws IOException {
        Shape batch = sampler.batch();
        Map<String, String> all = new LinkedHashMap<>(how);
        all.put("seed", Long.toString(seed));
        all.put("batch", batch.toString());
        int[] dims = batch.dims();
        Shape sample = Shape.of(Arrays.copyOfRange(dims, 1, dims.length));
        Array.Type type = bytes ? Array.Type.U8 : Array.Type.F32;
        try (DrawnSamples drawn = resume
                ? DrawnSamples.resume(target, sample, type, all)
                : DrawnSamples.create(target, sample, type, all)) {
            int before = Math.min(order.count(), drawn.count(sampler));
            if (before > 0) {
                console.println("going on after " + before + " of " + order.count() + " samples");
            }
            SamplingProgress.during("sampling", console, observer -> {
                try {
                    drawn.fill(sampler, order.count(), seed, observer);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return drawn;
            });
            try (Progress progress = Progress.inPercent("writing", console)) {
                format.write(target, drawn, order, share -> progress.share(share, ""));
            }
            drawn.delete();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
