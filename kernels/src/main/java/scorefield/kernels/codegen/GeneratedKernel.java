package scorefield.kernels.codegen;

import java.util.List;
import scorefield.kernels.launch.Hash;
import scorefield.kernels.launch.Launch;

/** What all generated kernels have in common: their names. */
final class GeneratedKernel {

    /** Work-items of a work-group of a GPU, where the code does not ask for another number. */
    static final int GPU_WORK_GROUP = 64;

    private GeneratedKernel() {}

    /**
     * A launch of a kernel that is named by its text: equal kernels become one, and a driver's cache knows them again.
     *
     * @param prefix the start of its name
     * @param workGroup its work-group's size
     * @param body its parameters and its statements
     */
    static Launch launch(String prefix, int workGroup, String body) {
        String name = prefix + "_" + Hash.of(List.of(body)).substring(0, 12);
        String attribute =
                workGroup == 1 ? "" : "__attribute__((reqd_work_group_size(%d, 1, 1))) ".formatted(workGroup);
        return Launch.generated("kernel " + attribute + "void " + name + body, name);
    }
}
