package scorefield.kernels.pass;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import scorefield.autodiff.DeviceMemoryException;
import scorefield.autodiff.Program;
import scorefield.autodiff.Tensor;
import scorefield.kernels.launch.Launch;
import scorefield.kernels.launch.Region;
import scorefield.kernels.launch.Storage;
import scorefield.kernels.opencl.ClDevice;

/**
 * What a program comes to on a device: the launches in their order, and where everything lies.
 *
 * @param program the simplified program
 * @param groups how many kernels' worth of work the fusion made of it
 * @param launches in order
 * @param computes for each launch, the tensor that it is for
 * @param memory of the arena
 * @param fetches where the fetched tensors lie after the last launch
 */
public record Plan(
        Program program,
        int groups,
        List<Launch> launches,
        List<Tensor> computes,
        MemoryPlan memory,
        List<Region> fetches) {

    /** The generated OpenCL C, all kernels in one source so that the compiler runs once. */
    public String generatedSource() {
        Map<String, String> kernels = new LinkedHashMap<>();
        launches.stream().filter(Launch::isGenerated).forEach(launch -> kernels.put(launch.kernel(), launch.source()));
        return String.join("\n", kernels.values());
    }

    /** The same plan with each storage of the arena in a slab of its own. */
    public Plan withBuffersApart() {
        return new Plan(program, groups, launches, computes, MemoryPlanner.apart(memory.lifetimes()), fetches);
    }

    /** The memory of the arena and of all leaves that the launches use, in bytes. */
    public long bytes() {
        return memory.bytes() + leaves().stream().mapToLong(Storage::bytes).sum();
    }

    private Set<Storage> leaves() {
        Set<Storage> leaves = Collections.newSetFromMap(new IdentityHashMap<>());
        launches.forEach(launch -> launch.arguments().forEach(argument -> {
            if (argument instanceof Launch.Memory memory
                    && memory.region().storage().kind() != Storage.Kind.ARENA) {
                leaves.add(memory.region().storage());
            }
        }));
        return leaves;
    }

    /** Why a device cannot hold what the plan needs, if it cannot. */
    public Optional<DeviceMemoryException> shortage(ClDevice device) {
        long available = available(device);
        if (bytes() > available) {
            return Optional.of(new DeviceMemoryException("this program", bytes(), available));
        }
        long largest = LongStream.concat(
                        memory.slabs().stream().mapToLong(Long::longValue),
                        leaves().stream().mapToLong(Storage::bytes))
                .max()
                .orElse(0);
        return largest > device.maxAllocation()
                ? Optional.of(new DeviceMemoryException("one tensor of this program", largest, device.maxAllocation()))
                : Optional.empty();
    }

    /**
     * A CPU device computes in the machine's memory, of which its driver may report an arbitrary part. A quarter is left to everything else
     * that runs there.
     */
    private static long available(ClDevice device) {
        long machine = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
        return device.type() == ClDevice.Type.CPU ? machine / 4 * 3 : device.globalMemory();
    }

    /** For people: each launch with what it computes, what it reads, and what it writes. */
    public String listing() {
        StringBuilder text = new StringBuilder(summary());
        for (int i = 0; i < launches.size(); i++) {
            text.append("%5d  %-40s %s%n".formatted(i, computes.get(i), describe(launches.get(i))));
        }
        return text.toString();
    }

    private String summary() {
        return "%d nodes after simplification, %d groups after fusion, %d launches%n"
                        .formatted(program.order().size(), groups, launches.size())
                + memory.summary(launches.size());
    }

    /** A launch with the place of every operand: {@code kernel {specialisation} [range] (what it reads → what it writes)}. */
    private String describe(Launch launch) {
        return "%s (%s → %s)".formatted(launch, operands(launch, false), operands(launch, true));
    }

    private String operands(Launch launch, boolean written) {
        return launch.arguments().stream()
                .filter(argument -> argument instanceof Launch.Memory memory && memory.written() == written)
                .map(argument -> place(((Launch.Memory) argument).region()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String place(Region region) {
        MemoryPlan.Place place = memory.of(region.storage());
        if (place == null) {
            return region.toString();
        }
        long start =
                place.byteOffset() + (long) region.offset() * region.dtype().bytes();
        return "%s@%d:%,d".formatted(region.storage().label(), place.slab(), start);
    }
}
