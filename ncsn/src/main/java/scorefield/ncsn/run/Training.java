package scorefield.ncsn.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scorefield.autodiff.Device;
import scorefield.autodiff.Precision;
import scorefield.ncsn.Version;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.Ranks;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.ConfigurationYaml;
import scorefield.ncsn.configuration.DeviceSettings;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.configuration.TrainingSettings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.file.AtomicFile;
import scorefield.ncsn.file.Sha256;
import scorefield.ncsn.network.ScoreNetwork;
import scorefield.ncsn.training.Average;
import scorefield.ncsn.training.BatchLimit;
import scorefield.ncsn.training.Checkpoint;
import scorefield.ncsn.training.DataSummary;
import scorefield.ncsn.training.Initialisation;
import scorefield.ncsn.training.MemoryFit;
import scorefield.ncsn.training.NonFiniteException;
import scorefield.ncsn.training.ObjectiveCost;
import scorefield.ncsn.training.SharedSetup;
import scorefield.ncsn.training.Trainer;
import scorefield.ncsn.training.TrainingSetup;
import scorefield.ncsn.training.TrainingState;

/**
 * A run to be trained, new or resumed, with its data opened and all its settings chosen.
 *
 * <pre>{@code
 * try (Device device = Devices.open()) {
 *     Run run = Training.on("moons").set("training.steps", 500).folder(Path.of("runs/moons")).run(device);
 *     Values points = run.sample(device, 100, 1);
 * }
 * }</pre>
 *
 * <p>What happens when is decided by the step alone, so that a resumed run goes on to the same bits as one that was not stopped.
 *
 * <p>Several processes, the ranks of a {@link Collective}, can train one run together: each builds the same training, and each computes some
 * shards of every batch. The parameters and the losses have the same bits for any number of ranks. This rests on three things: the number of
 * shards belongs to the run ({@code training.shards}), a sample's random numbers are those of its place in the whole batch, and the
 * shards' gradients are added in an order that depends on their number alone. What computes a shard must be the same, too: all ranks' devices
 * are of one kind. Only rank 0 writes.
 */
public final class Training {

    /** Into how many shards a batch is cut where several ranks train and nothing else was asked for. */
    private static final int SHARDS = 8;

    private final RunFolder folder;
    private final Configuration configuration;
    private final DataSet data;
    private final DataSummary summary;
    private final RunHistory history;
    private final List<String> notes;
    private final Settings asked;

    /** The state of a resumed run, or what a new one takes over from another run; null for the usual initialisation. */
    private final @Nullable TrainingState given;

    private final boolean resumed;

    /** Whether the folder was chosen by name; otherwise any free folder will do. */
    private final boolean named;

    private final boolean fitted;

    private final Collective ranks;

    /** {@link #start}, once it was asked for. */
    private @Nullable Checkpoint start;

    private Training(
            RunFolder folder,
            boolean named,
            Configuration configuration,
            DataSet data,
            DataSummary summary,
            RunHistory history,
            List<String> notes,
            Settings asked,
            @Nullable TrainingState given,
            boolean resumed,
            boolean fitted,
            Collective ranks) {
        this.folder = folder;
        this.named = named;
        this.configuration = configuration;
        this.data = data;
        this.summary = summary;
        this.history = history;
        this.notes = List.copyOf(notes);
        this.asked = asked;
        this.given = given;
        this.resumed = resumed;
        this.fitted = fitted;
        this.ranks = ranks;
    }

    /** A new run on a data set: {@code moons}, {@code digits}, a path; see {@link scorefield.ncsn.data.DataSets}. */
    public static Builder on(String source) {
        return new Builder().set("data.source", source);
    }

    /** A new run with settings, such as those of a file. */
    public static Builder with(Settings settings) {
        return new Builder().set(settings);
    }

    /** Collects what a new run is to be. */
    public static final class Builder {

        private Settings asked = Settings.NONE;
        private @Nullable RunFolder folder;
        private Collective ranks = Collective.ALONE;
        private @Nullable Run from;

        private Builder() {}

        /**
         * Sets one setting by its full name, such as {@code training.steps}, or a {@code preset}.
         *
         * @throws scorefield.ncsn.setting.BadConfigurationException if there is no such setting, or it cannot have this value
         */
        public Builder set(String name, Object value) {
            return set(Settings.of(name, value));
        }

        /** Sets several settings. */
        public Builder set(Settings settings) {
            asked = settings.over(asked);
            return this;
        }

        /** The folder of the run; by default a new one in {@link RunFolder#RUNS}, named after the data. */
        public Builder folder(Path path) {
            folder = new RunFolder(path);
            return this;
        }

        /**
         * The ranks that train together; every one of them builds the same training. Where {@code training.shards} was not set, there are
         * {@value #SHARDS}, or more where there are more ranks.
         */
        public Builder ranks(Collective together) {
            ranks = together;
            return this;
        }

        /**
         * Starts with the parameters of another run, the moving average that samples are drawn with, for fine-tuning. The network's settings
         * are that run's where they were not set; {@link Training#notes} names the layers that are new.
         */
        public Builder from(Run other) {
            from = other;
            return this;
        }

        /**
         * Opens the data and chooses what was not set.
         *
         * @throws RunException if there is a run in the folder, or a file that the run would overwrite
         * @throws scorefield.ncsn.data.BadDataException if the data cannot be read
         * @throws scorefield.ncsn.setting.BadConfigurationException if a setting does not suit the data, or a step costs too much
         */
        public Training build() throws IOException {
            if (folder != null) {
                folder.requireFree();
            }
            Settings settings =
                    from == null ? asked : asked.over(from.configuration().ofNetwork());
            TrainingSetup setup = SharedSetup.of(settings, ranks);
            List<String> notes = new ArrayList<>(setup.notes());
            Configuration configuration = inShards(setup.configuration(), notes);
            ScoreNetwork network =
                    Checkpoint.network(configuration, setup.data().sample());
            if (asked.has("training.batch") && configuration.training().shards().isPresent()) {
                BatchLimit.requireTensors(network, configuration.training());
            }
            ObjectiveCost.requireFeasible(network, configuration);
            configuration.sampler(); // refuses, before training, a sampler that would be refused after it
            TrainingState given = from == null ? null : takenOver(from, network, configuration, notes);
            return new Training(
                    folder == null ? unusedFolder(setup.data()) : folder,
                    folder != null,
                    configuration,
                    setup.data(),
                    DataSummary.of(setup.data()),
                    new RunHistory(setup.preset(), asked.names(), from == null ? null : from.toString(), List.of()),
                    notes,
                    settings,
                    given,
                    false,
                    false,
                    ranks);
        }

        private Configuration inShards(Configuration configuration, List<String> notes) {
            if (ranks == Collective.ALONE || asked.has(TrainingSettings.SHARDS)) {
                return configuration;
            }
            int shards = SHARDS;
            while (shards < ranks.size()) {
                shards *= 2;
            }
            notes.add(TrainingSettings.SHARDS + "=" + shards + ", so that any number of ranks up to " + shards
                    + " gives the same bits");
            return configuration.with(TrainingSettings.SHARDS, shards);
        }

        private static TrainingState takenOver(
                Run from, ScoreNetwork network, Configuration configuration, List<String> notes) {
            TrainingSettings training = configuration.training();
            Initialisation initialisation = Initialisation.of(
                    network,
                    training.seed(),
                    Average.of(training).size(),
                    from.network(),
                    from.checkpoint().state().average());
            notes.add("parameters of " + from);
            if (!initialisation.created().isEmpty()) {
                notes.add("new layers, which that run does not have: " + String.join(", ", initialisation.created()));
            }
            if (!initialisation.unused().isEmpty()) {
                notes.add("left out, since this network does not have them: "
                        + String.join(", ", initialisation.unused()));
            }
            return initialisation.state();
        }

        /** Builds the training and runs it. */
        public Run run(Device device) throws IOException {
            return build().run(device);
        }
    }

    /** A free folder in {@link RunFolder#RUNS}, named after the data: a file's name without its endings. */
    private static RunFolder unusedFolder(DataSet data) {
        String name = data.name().replaceAll("(\\.[A-Za-z]{1,5})+$", "").replaceAll("[^\\p{Alnum}._-]+", "-");
        return RunFolder.unused(name.isBlank() || name.startsWith(".") ? "run" : name);
    }

    /**
     * Resumes a run. What was edited in its folder's configuration is taken like what is asked for here, which wins.
     *
     * @param changed new values of settings that do not change what is learned, such as {@code training.steps}
     * @throws scorefield.ncsn.setting.BadConfigurationException if a setting cannot be changed, or the data are others than the run's
     */
    public static Training resume(Run run, Settings changed) throws IOException {
        return resume(run, changed, Collective.ALONE);
    }

    /**
     * Resumes a run on several ranks, however many it was trained on before.
     *
     * @param changed as {@link #resume(Run, Settings)}
     * @param ranks every one of which has opened the same run
     */
    public static Training resume(Run run, Settings changed, Collective ranks) throws IOException {
        Checkpoint checkpoint = run.checkpoint();
        EditedConfiguration edited = EditedConfiguration.of(run);
        Settings asked = changed.over(edited.settings());
        Configuration configuration =
                TrainingSetup.withAbsoluteSource(checkpoint.configuration().resumedWith(asked));
        configuration.sampler(); // as for a new run
        DataSet data = SharedSetup.data(configuration, ranks);
        checkpoint.requireData(data);
        return new Training(
                run.folder(),
                true,
                configuration,
                data,
                checkpoint.data(),
                RunHistory.read(run.folder().history()).settingAlso(asked.names()),
                edited.notes(changed),
                asked,
                checkpoint.state(),
                true,
                true,
                ranks);
    }

    /** The run's folder. If none was chosen, another may be used when training starts, see {@link TrainingListener#begun}. */
    public RunFolder folder() {
        return folder;
    }

    /** All settings of the run: those that were set, and those that were chosen for the data. */
    public Configuration configuration() {
        return configuration;
    }

    /** The data set that the run is trained on. */
    public DataSet data() {
        return data;
    }

    /** The sessions so far, the preset, and which settings the user set. */
    public RunHistory history() {
        return history;
    }

    /** What was chosen automatically and why, a line each. */
    public List<String> notes() {
        return notes;
    }

    /** Whether this run was begun before. */
    public boolean isResumed() {
        return resumed;
    }

    /** The checkpoint that the next step starts from. */
    public Checkpoint start() {
        if (start == null) {
            TrainingState state = given != null
                    ? given
                    : TrainingState.initial(
                            Checkpoint.network(configuration, summary.sample()),
                            configuration.training().seed(),
                            Average.of(configuration.training()).size());
            start = new Checkpoint(configuration, summary, state);
        }
        return start;
    }

    /**
     * The same training with a batch and a network that fit a device's memory, where their sizes were not set; {@link #notes} says what was
     * changed. A resumed run stays as it is.
     */
    public Training fittedTo(Device device) {
        if (fitted) {
            return this;
        }
        List<String> all = new ArrayList<>(notes);
        Configuration precise = configuration;
        Precision usual = device.usualPrecision();
        if (configuration.device().precision() == null && usual != Precision.FLOAT32) {
            precise = configuration.with(DeviceSettings.PRECISION, usual.toString());
            all.add(DeviceSettings.PRECISION + "=" + usual + ", as is usual on " + device.name()
                    + "; float32 is slower and more precise");
        }
        MemoryFit fit = MemoryFit.of(precise.device().forTraining(device), asked, precise, summary, ranks.size());
        all.addAll(fit.notes());
        return new Training(
                folder, named, fit.configuration(), data, summary, history, all, asked, given, resumed, true, ranks);
    }

    /**
     * Compiles the training step, with the data and {@link #start} on the device. The caller closes it. {@link #run} calls it itself.
     *
     * @throws scorefield.ncsn.setting.BadConfigurationException if the device has too little memory, naming the largest batch that fits
     */
    public Trainer trainer(Device device) {
        return Trainer.of(configuration.device().forTraining(device), start(), data, ranks);
    }

    /** Trains to the last step, and keeps the run's folder. */
    public Run run(Device device) throws IOException {
        return run(device, new TrainingListener() {});
    }

    /**
     * Trains to the last step, or until the listener stops it, and keeps the run's folder: checkpoints, metrics, settings, history.
     *
     * @return the run with its last checkpoint
     * @throws RunException if the folder cannot be written to, or another process trains this run
     * @throws TrainingFailedException if a loss or a gradient was not finite, or a file could not be written
     */
    public Run run(Device device, TrainingListener listener) throws IOException {
        return fitted ? train(device, listener) : fittedTo(device).train(device, listener);
    }

    private Run train(Device device, TrainingListener listener) throws IOException {
        requireSameOnAllRanks();
        if (!ranks.isFirst()) {
            return follow(device, listener);
        }
        try (Trainer trainer = trainer(device);
                ClaimedFolder claimed = claim(start())) {
            Training own = in(claimed.folder());
            listener.begun(own);
            if (!isResumed()) {
                // The checkpoint first: a folder with a run's files and no checkpoint is somebody else's.
                own.start().write(own.folder.checkpoint());
                own.writeConfiguration();
            } else if (!EditedConfiguration.agrees(own.folder, configuration)) {
                own.writeConfiguration(); // with what the run goes on with; otherwise a person's comments stay
            }
            return new TrainingSession(own, device, trainer, listener, ranks).run();
        }
    }

    /** What decides the bits of a run, compared by hash; a path to the data may differ from machine to machine. */
    private void requireSameOnAllRanks() {
        if (ranks == Collective.ALONE) {
            return;
        }
        Ranks.requireSame(ranks, "the version", Version.number(), "install the same version on all machines");
        Ranks.requireSame(
                ranks,
                "the data's SHA-256",
                summary.sha256(),
                "give all ranks the same data (data.source), in the same order");
        Ranks.requireSame(
                ranks,
                "the configuration's SHA-256",
                Sha256.of(configuration.with("data.source", "data").toJson().getBytes(StandardCharsets.UTF_8)),
                "start all ranks with the same arguments, on devices with the same memory");
        Ranks.requireSame(
                ranks,
                "the step to start from",
                Long.toString(start().state().step()),
                "let all ranks see the same folder, " + folder.path());
        Ranks.requireSame(
                ranks,
                "the parameters' SHA-256",
                Sha256.of(start().state().parameters()),
                "let all ranks see the same run to start from");
    }

    /** Another rank than the first: it takes the same steps, and leaves all else to rank 0. */
    private Run follow(Device device, TrainingListener listener) {
        long last = configuration.training().steps();
        long logged = configuration.output().logEvery();
        try (Trainer trainer = trainer(device)) {
            boolean stopped = false;
            while (trainer.stepsTaken() < last && !stopped) {
                trainer.step();
                stopped = ranks.any(listener.isStopRequested());
                if (trainer.stepsTaken() % logged == 0) {
                    trainer.statistics(); // as rank 0: both notice a step that was not finite
                }
            }
            return new Run(folder, new Checkpoint(configuration, summary, trainer.state()));
        } catch (NonFiniteException e) {
            ranks.barrier(); // rank 0 has found it, too: it records it, and ends all ranks
            throw e;
        }
    }

    private void writeConfiguration() throws IOException {
        AtomicFile.write(
                folder.configuration(), ConfigurationYaml.of(configuration).getBytes(StandardCharsets.UTF_8));
    }

    private ClaimedFolder claim(Checkpoint start) throws IOException {
        if (isResumed()) {
            return ClaimedFolder.resumed(folder, start);
        }
        return named
                ? ClaimedFolder.named(folder, start.bytes())
                : ClaimedFolder.unused(() -> unusedFolder(data), start.bytes());
    }

    private Training in(RunFolder other) {
        Training moved = new Training(
                other, named, configuration, data, summary, history, notes, asked, given, resumed, fitted, ranks);
        moved.start = start();
        return moved;
    }
}
