package scorefield.cli.explore.argument;

import java.util.Locale;
import scorefield.ncsn.file.Json;

/** Which vectors a plane shows: the true score, the network's, or the network's minus the true one. */
enum Shown {
    TRUE,
    LEARNED,
    DIFFERENCE;

    static Shown of(Json name) {
        for (Shown shown : values()) {
            if (shown.name().toLowerCase(Locale.ROOT).equals(name.text())) {
                return shown;
            }
        }
        throw name.isNot("true, learned or difference");
    }
}
