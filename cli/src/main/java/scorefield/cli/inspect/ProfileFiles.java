package scorefield.cli.inspect;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import scorefield.kernels.profile.Profile;
import scorefield.ncsn.file.JsonFile;

/** A profile for other programs: as JSON, and as a trace for Chrome's viewer and Perfetto. */
final class ProfileFiles {

    private static final int KERNELS = 1;
    private static final int LAYERS = 2;

    private ProfileFiles() {}

    /** Everything: the roofline, the totals, and each launch; times in milliseconds. */
    static void writeJson(Path file, Profile profile, String what, String device) throws IOException {
        JsonObject all = new JsonObject();
        all.addProperty("what", what);
        all.addProperty("device", device);
        all.addProperty("runs", profile.runs());
        JsonObject roofline = new JsonObject();
        roofline.addProperty("gigaflops", profile.roofline().flops() / 1e9);
        roofline.addProperty("gigabytes", profile.roofline().bytes() / 1e9);
        all.add("roofline", roofline);
        all.addProperty("busy", profile.busy() / 1e6);
        all.addProperty("gaps", profile.gaps() / 1e6);
        JsonArray kernels = new JsonArray();
        profile.byKernel().forEach(total -> kernels.add(named(total.name(), total)));
        all.add("kernels", kernels);
        JsonArray layers = new JsonArray();
        profile.byLayer().forEach(layer -> {
            JsonObject object = new JsonObject();
            object.addProperty("layer", layer.name());
            object.add("forward", total(layer.forward()));
            object.add("backward", total(layer.backward()));
            layers.add(object);
        });
        all.add("layers", layers);
        JsonArray launches = new JsonArray();
        profile.launches().forEach(launch -> launches.add(launch(profile, launch)));
        all.add("launches", launches);
        JsonFile.write(file, all);
    }

    private static JsonObject named(String name, Profile.Total total) {
        JsonObject object = new JsonObject();
        object.addProperty("kernel", name);
        total(total).entrySet().forEach(entry -> object.add(entry.getKey(), entry.getValue()));
        return object;
    }

    /** Without rates where nothing was launched. */
    private static JsonObject total(Profile.Total total) {
        JsonObject object = new JsonObject();
        object.addProperty("launches", total.launches());
        object.addProperty("milliseconds", total.nanoseconds() / 1e6);
        object.addProperty("flops", total.flops());
        object.addProperty("bytes", total.bytes());
        if (total.launches() > 0) {
            object.addProperty("gigaflops", total.gigaflops());
            object.addProperty("gigabytes", total.gigabytes());
            object.addProperty("ofRoofline", total.ofRoofline());
        }
        return object;
    }

    private static JsonObject launch(Profile profile, Profile.Entry launch) {
        JsonObject object = new JsonObject();
        object.addProperty("kernel", launch.kernel());
        object.addProperty("options", launch.options());
        object.addProperty("computes", launch.computes());
        object.addProperty("layer", launch.layer());
        object.addProperty("milliseconds", launch.nanoseconds() / 1e6);
        object.addProperty("flops", launch.flops());
        object.addProperty("bytes", launch.bytes());
        object.addProperty("ofRoofline", profile.total(launch).ofRoofline());
        object.addProperty("start", launch.span().start() / 1e6);
        object.addProperty("end", launch.span().end() / 1e6);
        return object;
    }

    /**
     * The shortest run as a timeline: one row of kernels, and one of the layers that they belong to. Times are in microseconds (Trace
     * Event Format, "complete" events).
     */
    static void writeTrace(Path file, Profile profile, String what, String device) throws IOException {
        JsonArray events = new JsonArray();
        events.add(name("process_name", KERNELS, what + ", on " + device));
        events.add(name("thread_name", KERNELS, "kernels"));
        events.add(name("thread_name", LAYERS, "layers"));
        List<Profile.Entry> launches = profile.launches();
        int layerStart = 0;
        for (int i = 0; i < launches.size(); i++) {
            Profile.Entry launch = launches.get(i);
            JsonObject event = event(
                    KERNELS, launch.kind(), launch.span().start(), launch.span().end());
            event.add("args", launch(profile, launch));
            events.add(event);
            if (i + 1 == launches.size() || !launches.get(i + 1).layer().equals(launch.layer())) {
                events.add(event(
                        LAYERS,
                        launch.layer().isEmpty() ? "(no name)" : launch.layer(),
                        launches.get(layerStart).span().start(),
                        launch.span().end()));
                layerStart = i + 1;
            }
        }
        JsonObject all = new JsonObject();
        all.add("traceEvents", events);
        all.addProperty("displayTimeUnit", "ms");
        JsonFile.write(file, all);
    }

    private static JsonObject event(int row, String name, long start, long end) {
        JsonObject event = new JsonObject();
        event.addProperty("name", name);
        event.addProperty("ph", "X");
        event.addProperty("pid", 1);
        event.addProperty("tid", row);
        event.addProperty("ts", start / 1e3);
        event.addProperty("dur", (end - start) / 1e3);
        return event;
    }

    private static JsonObject name(String kind, int row, String name) {
        JsonObject event = new JsonObject();
        event.addProperty("name", kind);
        event.addProperty("ph", "M");
        event.addProperty("pid", 1);
        event.addProperty("tid", row);
        JsonObject arguments = new JsonObject();
        arguments.addProperty("name", name);
        event.add("args", arguments);
        return event;
    }
}
