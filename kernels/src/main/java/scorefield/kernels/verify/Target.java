package scorefield.kernels.verify;

import java.util.Locale;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.opencl.ClDevice;

/**
 * A kind of GPU that kernels are compiled for, and a device of that kind, described as its driver would describe it.
 *
 * <p>A multiprocessor has four parts, each with its own registers: 4 × {@code registers} for each lane of a warp (AMD: wave). Sources: CUDA
 * C++ Programming Guide, tables of compute capabilities; LLVM, User Guide for the AMDGPU Backend, and AMD's instruction set manuals of
 * CDNA 2 and RDNA 3.
 */
public enum Target {
    /** NVIDIA's Ampere. */
    SM_80(nvidia("NVIDIA A100 80GB PCIe", 108, 1410), new Multiprocessor(32, 512, 8, 255, 16, 32, 164 << 10, 1 << 10)),

    /** NVIDIA's Hopper. */
    SM_90(nvidia("NVIDIA H100 80GB HBM3", 132, 1980), new Multiprocessor(32, 512, 8, 255, 16, 32, 228 << 10, 1 << 10)),

    /** AMD's CDNA 2. */
    GFX90A(amd("gfx90a", 104, 1700, 64L << 30), new Multiprocessor(64, 512, 8, 512, 8, 16, 64 << 10, 0)),

    /** AMD's RDNA 3; a work-group processor counts as one compute unit, as AMD's driver counts. */
    GFX1100(amd("gfx1100", 48, 2304, 24L << 30), new Multiprocessor(32, 1536, 24, 256, 16, 32, 128 << 10, 0));

    private static final int PARTS = 4;

    private final ClDevice device;
    private final Multiprocessor multiprocessor;

    Target(ClDevice device, Multiprocessor multiprocessor) {
        this.device = device;
        this.multiprocessor = multiprocessor;
    }

    /**
     * What a multiprocessor holds.
     *
     * @param lanes of a warp
     * @param registers of 32 bits for each lane, in each of the four parts
     * @param granule registers are given out in multiples of that
     * @param mostRegisters that a work-item may have
     * @param warps at once, in each part
     * @param groups work-groups at once
     * @param localMemory bytes
     * @param reserved bytes of local memory that each work-group takes beside its own
     */
    private record Multiprocessor(
            int lanes,
            int registers,
            int granule,
            int mostRegisters,
            int warps,
            int groups,
            int localMemory,
            int reserved) {}

    private static ClDevice nvidia(String name, int computeUnits, int clockMHz) {
        return gpu(
                name,
                "NVIDIA Corporation",
                "NVIDIA CUDA",
                "OpenCL 3.0 CUDA",
                computeUnits,
                clockMHz,
                80L << 30,
                48 << 10,
                1024);
    }

    private static ClDevice amd(String name, int computeUnits, int clockMHz, long memory) {
        return gpu(
                name,
                "Advanced Micro Devices, Inc.",
                "AMD Accelerated Parallel Processing",
                "OpenCL 2.0",
                computeUnits,
                clockMHz,
                memory,
                64 << 10,
                256);
    }

    private static ClDevice gpu(
            String name,
            String vendor,
            String platform,
            String version,
            int computeUnits,
            int clockMHz,
            long memory,
            long localMemory,
            int workGroup) {
        return new ClDevice(
                0,
                0,
                name,
                vendor,
                platform,
                "not installed",
                version,
                ClDevice.Type.GPU,
                computeUnits,
                clockMHz,
                memory,
                memory / 4,
                localMemory,
                workGroup,
                1,
                512);
    }

    /** The device, to plan programs for. */
    public ClDevice device() {
        return device;
    }

    /** The architecture's name, as compilers write it. */
    public String architecture() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the maker is NVIDIA, whose compiler takes PTX; otherwise it is AMD. */
    boolean isNvidia() {
        return name().startsWith("SM_");
    }

    /** The most registers that a work-item may have. */
    int mostRegisters() {
        return multiprocessor.mostRegisters();
    }

    /**
     * How many work-groups of a launch a multiprocessor holds at once.
     *
     * @param registers of a work-item
     * @param localBytes local memory of a work-group
     */
    int groupsAtOnce(Launch launch, int registers, long localBytes) {
        int warpsOfGroup = warps(launch);
        int given = Math.max(1, (registers + multiprocessor.granule() - 1) / multiprocessor.granule())
                * multiprocessor.granule();
        int byRegisters = PARTS * Math.min(multiprocessor.warps(), multiprocessor.registers() / given) / warpsOfGroup;
        long taken = localBytes + multiprocessor.reserved();
        long byMemory = taken == 0 ? multiprocessor.groups() : multiprocessor.localMemory() / taken;
        return (int) Math.min(Math.min(byRegisters, byMemory), multiprocessor.groups());
    }

    /** The share of a multiprocessor's warps that so many work-groups of a launch are, from 0 to 1. */
    double occupancy(Launch launch, int groups) {
        return Math.min(1, (double) groups * warps(launch) / (PARTS * multiprocessor.warps()));
    }

    private int warps(Launch launch) {
        return (launch.workItems() + multiprocessor.lanes() - 1) / multiprocessor.lanes();
    }

    @Override
    public String toString() {
        return architecture();
    }
}
