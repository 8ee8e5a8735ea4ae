package scorefield.kernels.launch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One kernel call: which kernel, specialised how, on which arguments, over which range.
 *
 * <p>A region becomes two kernel parameters, a pointer to its storage and an {@code int} offset in elements: parameters lie inside one
 * flat vector, and OpenCL's sub-buffers cannot start at any element.
 */
public final class Launch {

    /** A kernel argument. */
    public sealed interface Argument {}

    /** A region of memory, and whether the kernel writes it. */
    public record Memory(Region region, boolean written) implements Argument {}

    /** An {@code int}. */
    public record Int(int value) implements Argument {}

    /** A {@code float}. */
    public record Real(float value) implements Argument {}

    private final String source;
    private final boolean generated;
    private final String kernel;
    private final Map<String, Object> defines = new LinkedHashMap<>();
    private final List<Argument> arguments = new ArrayList<>();
    private long[] global = {1};
    private long[] local = {1};
    private double flops;
    private double bytes;
    private int groupsAtOnce = 1;

    private Launch(String source, boolean generated, String kernel) {
        this.source = source;
        this.generated = generated;
        this.kernel = kernel;
    }

    /**
     * A hand-written kernel.
     *
     * @param file the resource below {@code scorefield/kernels}
     * @param kernel the function in it
     */
    public static Launch of(String file, String kernel) {
        return new Launch(file, false, kernel);
    }

    /** A kernel that was generated: its name must be unique to its source text. */
    public static Launch generated(String text, String kernel) {
        return new Launch(text, true, kernel);
    }

    /** Specialises the kernel: {@code -Dname=value} when it is compiled. */
    public Launch define(String name, Object value) {
        defines.put(name, value);
        return this;
    }

    /** Adds an argument pair: memory that the kernel only reads. */
    public Launch read(Region region) {
        arguments.add(new Memory(region, false));
        return this;
    }

    /** Adds an argument pair: memory that the kernel writes. */
    public Launch write(Region region) {
        arguments.add(new Memory(region, true));
        return this;
    }

    /** Adds an {@code int} argument. */
    public Launch integer(int value) {
        arguments.add(new Int(value));
        return this;
    }

    /** Adds a {@code float} argument. */
    public Launch real(double value) {
        arguments.add(new Real((float) value));
        return this;
    }

    /** Sets the range: how many work-items, in one to three dimensions. */
    public Launch global(long... sizes) {
        global = sizes.clone();
        return this;
    }

    /** Sets the size of a work-group, which must divide the range. */
    public Launch local(long... sizes) {
        local = sizes.clone();
        return this;
    }

    /** Sets a range of one dimension with a work-item for each of so many things, in whole work-groups: the last may have some to spare. */
    public Launch forEach(long things, int workGroup) {
        return global((things + workGroup - 1) / workGroup * workGroup).local(workGroup);
    }

    /** States the arithmetic and the least memory traffic of the launch, for the profile. */
    public Launch work(double floatingPointOperations, double bytesMoved) {
        flops = floatingPointOperations;
        bytes = bytesMoved;
        return this;
    }

    /** States how many work-groups a compute unit of a GPU holds at once, so that some compute while others wait: the kernel's occupancy. */
    public Launch atOnce(int workGroups) {
        groupsAtOnce = workGroups;
        return this;
    }

    /** The source text of a generated kernel, the resource's name of a hand-written one. */
    public String source() {
        return source;
    }

    /** The OpenCL C. */
    public String text() {
        return generated ? source : KernelSource.text(source);
    }

    /** Whether the kernel was generated. */
    public boolean isGenerated() {
        return generated;
    }

    /** The kernel function's name. */
    public String kernel() {
        return kernel;
    }

    /** What it is specialised by, as compiler options. */
    public String options() {
        return defines.entrySet().stream()
                .map(define -> "-D" + define.getKey() + "=" + define.getValue())
                .collect(Collectors.joining(" "));
    }

    /** Its arguments, in their order; each region is a pair of kernel parameters. */
    public List<Argument> arguments() {
        return arguments;
    }

    /** Its arguments but for memory, in their order. */
    public List<Argument> numbers() {
        return arguments.stream()
                .filter(argument -> !(argument instanceof Memory))
                .toList();
    }

    /** How many work-items, in each dimension. */
    public long[] global() {
        return global.clone();
    }

    /** The size of a work-group, in each dimension of the range. */
    public long[] local() {
        if (local.length == global.length) {
            return local.clone();
        }
        if (local.length == 1 && local[0] == 1) { // the default, in as many dimensions as the range has
            long[] ones = new long[global.length];
            java.util.Arrays.fill(ones, 1);
            return ones;
        }
        throw new IllegalStateException(
                kernel + ": the range has " + global.length + " dimensions, but the work-group has " + local.length);
    }

    /** How many work-items a work-group has. */
    public int workItems() {
        return Math.toIntExact(java.util.Arrays.stream(local).reduce(1, Math::multiplyExact));
    }

    /** The arithmetic that was stated: floating-point operations. */
    public double flops() {
        return flops;
    }

    /** The least memory traffic that was stated, in bytes. */
    public double bytes() {
        return bytes;
    }

    /** The occupancy that was stated: work-groups that a compute unit of a GPU holds at once. */
    public int groupsAtOnce() {
        return groupsAtOnce;
    }

    @Override
    public String toString() {
        String range = java.util.Arrays.stream(global).mapToObj(Long::toString).collect(Collectors.joining("×"));
        return kernel + (defines.isEmpty() ? "" : " " + defines) + " [" + range + "]";
    }
}
