package scorefield.cli.study;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Study;
import scorefield.ncsn.study.Verdict;

/**
 * The outcome of a study.
 *
 * @param notebook its results, up to its end or failure
 * @param data the name of its distribution, if it {@linkplain Study#takesData() accepts any}
 * @param device the device on which it ran
 * @param seconds its duration
 * @param failure the error that ended it; null if there was none
 */
record StudyReport(
        Study study,
        Notebook notebook,
        long seed,
        String data,
        String device,
        double seconds,
        @Nullable RuntimeException failure) {

    /** Whether the study ran to its end and all its claims held. */
    boolean held() {
        return failure == null && notebook.held();
    }

    /** The outcome in a few words: {@code held}, {@code NOT HELD (1 of 3)} or {@code FAILED}. */
    String outcome() {
        if (failure != null) {
            return "FAILED";
        }
        List<Verdict> verdicts = notebook.verdicts();
        if (verdicts.isEmpty()) {
            return "NOT HELD (no verdict)";
        }
        long not = verdicts.stream().filter(verdict -> !verdict.held()).count();
        return not == 0 ? "held" : "NOT HELD (" + not + " of " + verdicts.size() + ")";
    }

    Path json(Path folder) {
        return folder.resolve(study.name() + ".json");
    }

    Path picture(Path folder, Figure figure) {
        return folder.resolve(study.name() + "-" + figure.name() + ".png");
    }
}
