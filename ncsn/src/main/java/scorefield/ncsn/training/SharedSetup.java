package scorefield.ncsn.training;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.collective.Collective;
import scorefield.ncsn.collective.OncePerMachine;
import scorefield.ncsn.configuration.Configuration;
import scorefield.ncsn.configuration.Settings;
import scorefield.ncsn.data.DataSet;
import scorefield.ncsn.data.DataSetFile;
import scorefield.ncsn.data.Images;
import scorefield.ncsn.file.Safetensors;

/** Data that the ranks of a machine read once, and what is chosen for them, which takes a look at all of them. */
public final class SharedSetup {

    private static final String PRESET = "setup.preset";
    private static final String CONFIGURATION = "setup.configuration";
    private static final String NOTES = "setup.notes";

    private static final Gson JSON = new Gson();

    private SharedSetup() {}

    /**
     * The data and all settings of a new run, as {@link TrainingSetup#of}.
     *
     * @param ranks all of which call this
     */
    public static TrainingSetup of(Settings asked, Collective ranks) throws IOException {
        return OncePerMachine.get(ranks, here() + asked, () -> TrainingSetup.of(asked), new SetupForm());
    }

    /**
     * The data of a run that is resumed.
     *
     * @param ranks all of which call this
     */
    public static DataSet data(Configuration configuration, Collective ranks) throws IOException {
        long seed = configuration.training().seed();
        return OncePerMachine.get(
                ranks,
                here() + seed + configuration.data(),
                () -> configuration.data().open(seed),
                new DataForm());
    }

    /** Where relative paths begin. */
    private static String here() {
        return Path.of("").toAbsolutePath() + " ";
    }

    private static final class DataForm implements OncePerMachine.Form<DataSet> {

        @Override
        public void write(DataSet data, Path file) throws IOException {
            DataSetFile.write(data, Map.of(), file);
        }

        @Override
        public DataSet read(Path file) throws IOException {
            return DataSetFile.of(Safetensors.readChecksummed(file));
        }
    }

    private static final class SetupForm implements OncePerMachine.Form<TrainingSetup> {

        @Override
        public void write(TrainingSetup setup, Path file) throws IOException {
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put(PRESET, setup.preset());
            metadata.put(CONFIGURATION, setup.configuration().toJson());
            metadata.put(NOTES, JSON.toJson(setup.notes()));
            DataSetFile.write(setup.data(), metadata, file);
        }

        @Override
        public TrainingSetup read(Path path) throws IOException {
            Safetensors file = Safetensors.readChecksummed(path);
            Map<String, String> metadata = file.metadata();
            DataSet data = DataSetFile.of(file);
            return new TrainingSetup(
                    metadata.get(PRESET),
                    Configuration.fromJson(metadata.get(CONFIGURATION)),
                    data,
                    List.of(JSON.fromJson(metadata.get(NOTES), String[].class)),
                    data instanceof Images images ? images.files() : List.of());
        }
    }
}
