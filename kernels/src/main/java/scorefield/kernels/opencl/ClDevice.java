package scorefield.kernels.opencl;

/**
 * What one OpenCL device says about itself. Only numbers and words: it stays valid when every context is closed.
 *
 * @param platformIndex the platform's place in the driver's list
 * @param deviceIndex the device's place among its platform's devices
 * @param name e.g. {@code NVIDIA H100 80GB HBM3}
 * @param vendor who made the device
 * @param platform the driver's name, e.g. {@code Portable Computing Language}
 * @param driverVersion the driver's own version
 * @param openClVersion e.g. {@code OpenCL 3.0 CUDA}
 * @param type what kind of processor it is
 * @param computeUnits CPU threads, or a GPU's multiprocessors
 * @param clockMHz the highest clock, in MHz
 * @param globalMemory bytes of device memory as the driver reports it. PoCL's figure changes from one start to the next
 *     and is well below what can be allocated, so it is for people to read, not for refusing a model.
 * @param maxAllocation bytes in the largest single buffer
 * @param localMemory bytes of local memory of a work-group
 * @param maxWorkGroupSize work-items in the largest work-group
 * @param floatVectorWidth the native vector's length in floats: 16 with AVX-512, 1 on most GPUs
 * @param baseAlignment bytes to which the start of a buffer, or of a part of one, must be aligned for every type
 */
public record ClDevice(
        int platformIndex,
        int deviceIndex,
        String name,
        String vendor,
        String platform,
        String driverVersion,
        String openClVersion,
        Type type,
        int computeUnits,
        int clockMHz,
        long globalMemory,
        long maxAllocation,
        long localMemory,
        int maxWorkGroupSize,
        int floatVectorWidth,
        int baseAlignment) {

    /**
     * OpenCL C 1.2, the newest that all drivers have. Nothing here lets the compiler assume that NaN and infinity do not occur: a loss that
     * becomes NaN has to be seen.
     */
    private static final String BASE_OPTIONS = "-cl-std=CL1.2";

    /**
     * What is defined where the driver is known to take Clang's builtins, which OpenCL C does not have. Elsewhere they can end the process:
     * Mesa's compiler, made of Clang as well, aborts at a prefetch.
     */
    private static final String CLANG_BUILTINS = " -DCLANG_BUILTINS";

    /** PoCL's name as a platform. */
    static final String POCL = "Portable Computing Language";

    /** The kind of processor; it decides which kernels suit. */
    public enum Type {
        /** The host's processor: few cores with large caches; buffers lie in the host's memory. */
        CPU,
        /** Many small cores with local memory. */
        GPU,
        /** Anything else that a driver offers, such as an FPGA. */
        ACCELERATOR
    }

    /**
     * The same device described as another kind of processor, with another number of compute units: it then gets the kernels and the plans
     * of that kind. So a CPU's driver, or a simulator, can check kernels for GPUs.
     */
    public ClDevice describedAs(Type otherType, int otherComputeUnits) {
        return new ClDevice(
                platformIndex,
                deviceIndex,
                name,
                vendor,
                platform,
                driverVersion,
                openClVersion,
                otherType,
                otherComputeUnits,
                clockMHz,
                globalMemory,
                maxAllocation,
                localMemory,
                maxWorkGroupSize,
                floatVectorWidth,
                baseAlignment);
    }

    /** Whether it only imitates a device, to check kernels thousands of times more slowly: nobody's choice for computing. */
    public boolean isSimulator() {
        return platform.equals("Oclgrind");
    }

    /** Whether it is a processor that draws in a graphics card's place, Mesa's llvmpipe: it is right, but compiles a kernel for seconds. */
    public boolean isRasteriser() {
        return name.startsWith("llvmpipe");
    }

    /** The compiler options that every program has on this device. */
    public String options() {
        return takesClangBuiltins() ? BASE_OPTIONS + CLANG_BUILTINS : BASE_OPTIONS;
    }

    /** Whether its compiler is known to take Clang's builtins for prefetching and for storing past the caches: PoCL's. */
    private boolean takesClangBuiltins() {
        return platform.equals(POCL);
    }

    /** What a person types to choose this device: {@code platform:device}, e.g. {@code 0:0}. */
    public String id() {
        return platformIndex + ":" + deviceIndex;
    }

    /** The id and the name, as error messages show it. */
    @Override
    public String toString() {
        return id() + " " + name;
    }
}
