package scorefield.cli.study;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import scorefield.autodiff.Device;
import scorefield.cli.console.Failures;
import scorefield.cli.console.StoppableDevice;
import scorefield.cli.console.Stopped;
import scorefield.cli.picture.OptionalPictures;
import scorefield.cli.plot.Plot;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.study.Laboratory;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Population;
import scorefield.ncsn.study.Study;
import scorefield.ncsn.text.Text;

/** Runs studies one after another, each on its own device, and writes the files of each as soon as it ends. */
final class StudySeries {

    private final Path folder;
    private final Supplier<Device> devices;
    private final long seed;
    private final BooleanSupplier stop;
    private final Population population;
    private final PrintWriter console;
    private final OptionalPictures pictures;
    private final List<StudyReport> reports = new ArrayList<>();

    /**
     * @param folder the folder for files
     * @param devices opens a device
     * @param population the distribution for studies that accept any
     * @param stop whether the user wants to stop
     */
    StudySeries(
            Path folder,
            Supplier<Device> devices,
            long seed,
            Population population,
            BooleanSupplier stop,
            PrintWriter console) {
        this.folder = folder;
        this.devices = devices;
        this.seed = seed;
        this.population = population;
        this.stop = stop;
        this.console = console;
        this.pictures = new OptionalPictures(console);
    }

    /**
     * Runs a study. A study that fails is reported as failed, and the next one can still run.
     *
     * @throws Stopped if the user wants to stop; the results of this study are then discarded
     */
    void run(Study study) throws IOException {
        console.println(study.name() + ": " + study.claim());
        console.println("  formula  " + study.formula().replace("\n", "\n           "));
        console.println("  source   " + study.source());
        if (study.takesData()) {
            console.println("  data     " + population.name());
        }
        console.flush();
        StudyReport report = measure(study);
        StudyJson.write(report.json(folder), report);
        for (Figure figure : report.notebook().figures()) {
            Path picture = report.picture(folder, figure);
            Files.deleteIfExists(picture); // where this one cannot be drawn, none of an earlier study stands for it
            pictures.draw(() -> Plot.write(picture, figure));
        }
        reports.add(report);
        print(report);
    }

    private StudyReport measure(Study study) {
        Notebook notebook = new Notebook();
        long began = System.nanoTime();
        try (Device device = new StoppableDevice(devices.get(), stop)) {
            RuntimeException failure = null;
            try {
                study.run(new Laboratory(device, seed, this::progress, population), notebook);
            } catch (Stopped e) {
                throw e;
            } catch (RuntimeException e) {
                failure = e;
            }
            return new StudyReport(
                    study,
                    notebook,
                    seed,
                    population.name(),
                    device.name(),
                    (System.nanoTime() - began) / 1e9,
                    failure);
        }
    }

    private void progress(String line) {
        if (stop.getAsBoolean()) {
            throw new Stopped();
        }
        console.println("  … " + line);
        console.flush();
    }

    private void print(StudyReport report) {
        Notebook notebook = report.notebook();
        notebook.numbers().forEach((name, value) -> console.println("  " + name + " = " + Text.number(value)));
        notebook.tables().forEach(table -> console.print(StudyText.table(table)));
        notebook.verdicts().forEach(verdict -> console.println("  " + verdict));
        if (report.failure() != null) {
            console.println("  FAILED: " + Failures.message(report.failure()));
        } else if (notebook.verdicts().isEmpty()) {
            console.println("  NOT HELD: the study has no verdict");
        }
        notebook.figures().stream()
                .map(figure -> report.picture(folder, figure))
                .filter(Files::exists)
                .forEach(picture -> console.println("  plot     " + picture));
        console.println("  numbers  " + report.json(folder) + "  (" + Text.duration(report.seconds()) + " on "
                + report.device() + ")");
        console.println();
        console.flush();
    }

    /** The reports of the studies that have ended, in order. */
    List<StudyReport> reports() {
        return Collections.unmodifiableList(reports);
    }
}
