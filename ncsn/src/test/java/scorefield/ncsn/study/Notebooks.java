package scorefield.ncsn.study;

import scorefield.autodiff.Device;

/** Studies as tests run them. */
final class Notebooks {

    private static final long SEED = 7;

    private Notebooks() {}

    /** What a study writes down. */
    static Notebook of(Study study, Device device) {
        Notebook notebook = new Notebook();
        study.run(new Laboratory(device, SEED, line -> {}), notebook);
        return notebook;
    }
}
