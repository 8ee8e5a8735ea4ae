package scorefield.cli.study;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import scorefield.ncsn.figure.Figure;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.study.Study;
import scorefield.ncsn.study.Verdict;

/**
 * What came of a study.
 *
 * @param notebook as far as the study got
 * @param data the name of the distribution that it is about, where it {@linkplain Study#takesData() takes any}
 * @param device on which it ran
 * @param seconds how long it took
 * @param failure what ended it before its end; null where nothing did
 */
record StudyReport(
        Study study,
        Notebook notebook,
        long seed,
        String data,
        String device,
        double seconds,
        @Nullable RuntimeException failure) {

    /** Whether the study came to its end and all that it claims is true of what was measured. */
    boolean held() {
        return failure == null && notebook.held();
    }

    /** In a few words: {@code held}, {@code NOT HELD (1 of 3)} or {@code FAILED}. */
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
