package scorefield.ncsn.configuration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import scorefield.ncsn.network.MlpSettings;
import scorefield.ncsn.network.UNetSettings;
import scorefield.ncsn.sampler.SamplerKind;
import scorefield.ncsn.sampler.Samplers;
import scorefield.ncsn.setting.Key;
import scorefield.ncsn.setting.Section;

/** Every key there is: those of the sections, and those of the samplers' own parameters. */
final class Keys {

    static final Section<DataSettings> DATA = Section.of("data", DataSettings.class);
    static final Section<UNetSettings> UNET = Section.of("network", UNetSettings.class);
    static final Section<MlpSettings> MLP = Section.of("network", MlpSettings.class);
    static final Section<ModelSettings> MODEL = Section.of("model", ModelSettings.class);
    static final Section<ObjectiveSettings> OBJECTIVE = Section.of("objective", ObjectiveSettings.class);
    static final Section<NoiseSettings> NOISE = Section.of("noise", NoiseSettings.class);
    static final Section<TrainingSettings> TRAINING = Section.of("training", TrainingSettings.class);
    static final Section<DeviceSettings> DEVICE = Section.of("device", DeviceSettings.class);
    static final Section<SamplingSettings> SAMPLING = Section.adjustable("sampling", SamplingSettings.class);
    static final Section<OutputSettings> OUTPUT = Section.adjustable("output", OutputSettings.class);

    /** By their full names, section by section, in the order in which they are listed and compared. */
    static final Map<String, Key> ALL = all();

    private Keys() {}

    /** Whether a run may be from before there was the key: it has the default, which is what the program did then. */
    static boolean needNotBeKnown(Key key) {
        return key.setting().later() || !Samplers.owners(key.name()).isEmpty();
    }

    private static Map<String, Key> all() {
        List<Section<?>> sections =
                new ArrayList<>(List.of(DATA, UNET, MLP, MODEL, OBJECTIVE, NOISE, TRAINING, DEVICE, SAMPLING));
        Samplers.ALL.stream().map(SamplerKind::parameters).forEach(sections::add);
        sections.add(OUTPUT);
        List<Key> keys = new ArrayList<>();
        sections.forEach(section -> keys.addAll(section.keys()));
        List<String> names = keys.stream().map(Key::section).distinct().toList();
        keys.sort(Comparator.comparingInt(key -> names.indexOf(key.section()))); // a stable sort
        Map<String, Key> all = new LinkedHashMap<>();
        for (Key key : keys) {
            Key before = all.putIfAbsent(key.name(), key);
            if (before != null && !before.isSameAs(key)) {
                throw new IllegalArgumentException(key.name() + " is declared twice, with different declarations");
            }
        }
        return Collections.unmodifiableMap(all);
    }
}
