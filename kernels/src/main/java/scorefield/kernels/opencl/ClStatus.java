package scorefield.kernels.opencl;

import org.jocl.CL;

/** Names OpenCL's status codes and says what a person can do about the frequent ones. */
final class ClStatus {
    private ClStatus() {}

    /**
     * Throws unless a call succeeded.
     *
     * @param status what the OpenCL function returned
     * @param operation what was being done, with its values, e.g. {@code allocating 4096 bytes on gfx1030}
     */
    static void check(int status, String operation) {
        if (status != CL.CL_SUCCESS) {
            throw new ClException(status, operation, "");
        }
    }

    /** The name in the OpenCL headers, e.g. {@code CL_MEM_OBJECT_ALLOCATION_FAILURE} for -4. */
    static String nameOf(int status) {
        if (status == PLATFORM_NOT_FOUND_KHR) {
            return "CL_PLATFORM_NOT_FOUND_KHR";
        }
        String name = CL.stringFor_errorCode(status);
        return name.startsWith("CL_") ? name : "unknown OpenCL status";
    }

    /** One sentence on what to do, or an empty string where the status itself says all that is known. */
    static String adviceFor(int status) {
        return switch (status) {
            case CL.CL_MEM_OBJECT_ALLOCATION_FAILURE, CL.CL_OUT_OF_RESOURCES, CL.CL_OUT_OF_HOST_MEMORY ->
                "The device or the host ran out of memory: use a smaller batch or model, or end other programs that use"
                        + " the device.";
            case CL.CL_INVALID_BUFFER_SIZE ->
                "The buffer is larger than the device allows in one piece: use a smaller batch.";
            case CL.CL_DEVICE_NOT_AVAILABLE, CL.CL_DEVICE_NOT_FOUND ->
                "Choose another device; `scorefield devices` lists them.";
            case PLATFORM_NOT_FOUND_KHR ->
                "The OpenCL loader found no driver: install one (for the CPU: `apt install pocl-opencl-icd`).";
            case CL.CL_COMPILER_NOT_AVAILABLE ->
                "The driver was installed without its compiler: install the full driver package.";
            case CL.CL_INVALID_WORK_GROUP_SIZE ->
                "The local size must divide the global size, agree with the kernel's reqd_work_group_size, and be within"
                        + " the device's limit.";
            case CL.CL_INVALID_KERNEL_NAME -> "The source has no kernel function of this name.";
            case CL.CL_INVALID_ARG_INDEX -> "The kernel has fewer parameters.";
            case CL.CL_INVALID_ARG_SIZE, CL.CL_INVALID_ARG_VALUE, CL.CL_INVALID_MEM_OBJECT ->
                "The argument does not fit the parameter's type in the kernel's source.";
            case CL.CL_BUILD_PROGRAM_FAILURE -> "The compiler's log says which line of the source it refused.";
            default -> "";
        };
    }

    /** Defined by the loader's extension cl_khr_icd; JOCL has no constant for it. */
    private static final int PLATFORM_NOT_FOUND_KHR = -1001;
}
