package scorefield.kernels.opencl;

import java.util.List;

/**
 * One of OpenCL's platforms: a driver, and what of it can be used.
 *
 * @param index its place in the loader's list
 * @param name e.g. {@code Portable Computing Language}
 * @param version of OpenCL and the driver, e.g. {@code OpenCL 3.0 PoCL 3.1}
 * @param devices that can be used, in the driver's order
 * @param problems what of it cannot be used and why, in a line each
 */
public record ClPlatform(int index, String name, String version, List<ClDevice> devices, List<String> problems) {

    /** Copies both lists. */
    public ClPlatform {
        devices = List.copyOf(devices);
        problems = List.copyOf(problems);
    }
}
