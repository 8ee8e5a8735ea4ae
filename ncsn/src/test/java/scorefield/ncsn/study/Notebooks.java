package scorefield.ncsn.study;

import scorefield.autodiff.Device;

/** Runs studies in tests. */
final class Notebooks {

    private static final long SEED = 7;

    private Notebooks() {}

    /** The results of a study. */
    static Notebook of(Study study, Device device) {
        Notebook notebook = new Notebook();
        study.run(new Laboratory(device, SEED, line -> {}), notebook);
        return notebook;
    }
}
