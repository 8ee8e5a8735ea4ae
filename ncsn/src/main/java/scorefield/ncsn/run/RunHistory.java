package scorefield.ncsn.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.file.Json;
import scorefield.ncsn.file.JsonFile;

/**
 * The file {@code run.json}: how a run was started and resumed, which neither its configuration nor its checkpoint tell.
 *
 * @param preset whose settings it began with; null for a run that was begun before there was this file
 * @param set the names of the settings that the user set
 * @param from the run whose parameters it started with, and their step; null where it started with none
 * @param sessions one for the start and one for each time that it was resumed
 */
public record RunHistory(
        @Nullable String preset, List<String> set, @Nullable String from, List<Session> sessions) {

    /** What is known of a run that was begun before there was this file. */
    static final RunHistory UNKNOWN = new RunHistory(null, List.of(), null, List.of());

    /** How a session ended. */
    public enum Outcome {
        /** Not yet, as far as is written. */
        RUNNING,
        /** All steps were taken. */
        FINISHED,
        /** The user or a listener stopped it before the last step; it can be resumed. */
        STOPPED,
        /** A loss or a gradient was not finite. */
        DIVERGED,
        /** Something else went wrong. */
        FAILED,
        /** The process ended without recording why: it was killed, or the machine stopped. */
        INTERRUPTED
    }

    /**
     * From a start, or a resumption, to the end of the program.
     *
     * @param began when, as ISO 8601 has it, in UTC
     * @param from the step of the checkpoint that it began with
     * @param to the last step that it is known to have taken
     * @param seconds that it took until then
     * @param message what went wrong
     */
    public record Session(
            String began,
            String device,
            String version,
            long from,
            long to,
            double seconds,
            Outcome outcome,
            @Nullable String message) {

        private static Session of(Json session) {
            return new Session(
                    session.member("began").text(),
                    session.member("device").text(),
                    session.member("version").text(),
                    session.member("from").whole(0, Long.MAX_VALUE),
                    session.member("to").whole(0, Long.MAX_VALUE),
                    session.member("seconds").number(0),
                    session.member("outcome").constant(Outcome.class),
                    session.find("message").map(Json::text).orElse(null));
        }
    }

    private static final String REMEDY = "remove the file; only the record of the run's sessions is lost";

    /** Reads the file; a run without one has an unknown history. */
    public static RunHistory read(Path path) throws IOException {
        if (Files.notExists(path)) {
            return UNKNOWN;
        }
        Json history = Json.read(path, REMEDY);
        return new RunHistory(
                history.find("preset").map(Json::text).orElse(null),
                history.member("set").list().stream().map(Json::text).toList(),
                history.find("from").map(Json::text).orElse(null),
                history.member("sessions").list().stream().map(Session::of).toList());
    }

    /** Writes it as JSON. */
    public void write(Path path) throws IOException {
        JsonFile.write(path, this);
    }

    /** The same history with more settings set by the user. */
    public RunHistory settingAlso(List<String> names) {
        return new RunHistory(
                preset, Stream.concat(set.stream(), names.stream()).distinct().toList(), from, sessions);
    }

    /** This history and one session more; one before it that seemed to be running was interrupted. */
    public RunHistory and(Session session) {
        List<Session> all = new ArrayList<>(ended().sessions);
        all.add(session);
        return new RunHistory(preset, set, from, all);
    }

    /** The same history when the run is not being trained: a session that seems to be running was interrupted. */
    RunHistory ended() {
        return new RunHistory(
                preset,
                set,
                from,
                sessions.stream()
                        .map(session -> session.outcome() != Outcome.RUNNING
                                ? session
                                : new Session(
                                        session.began(),
                                        session.device(),
                                        session.version(),
                                        session.from(),
                                        session.to(),
                                        session.seconds(),
                                        Outcome.INTERRUPTED,
                                        session.message()))
                        .toList());
    }

    /** The time that all sessions took, in seconds. */
    public double seconds() {
        return sessions.stream().mapToDouble(Session::seconds).sum();
    }
}
