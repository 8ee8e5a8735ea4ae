package scorefield.kernels.ladder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One kernel call of a rung: which kernel of its source, specialised how, on which arguments, over which range.
 *
 * <p>Unlike a {@link scorefield.kernels.launch.Launch}, which places its operands in an arena, it has each of them in a buffer of its own:
 * so the kernels need no offsets, and are easier to read.
 */
public final class Step {

    /** A kernel argument. */
    sealed interface Argument {}

    /** The numbers of one of the op's inputs. */
    record Input(int index) implements Argument {}

    /** Where the op's result goes. */
    record Result() implements Argument {}

    /** The rung's memory between two of its steps. */
    record Scratch() implements Argument {}

    /** An {@code int}. */
    record Int(int value) implements Argument {}

    /** A {@code float}. */
    record Real(float value) implements Argument {}

    private final String kernel;
    private final List<Argument> arguments = new ArrayList<>();
    private String options = "";
    private long[] global = {1};
    private long[] local = {1};

    private Step(String kernel) {
        this.kernel = kernel;
    }

    /** A call of the kernel function of that name. */
    static Step of(String kernel) {
        return new Step(kernel);
    }

    /** Specialises the source: {@code -Dname=value} when it is compiled. */
    Step define(String name, int value) {
        options += " -D" + name + "=" + value;
        return this;
    }

    Step input(int index) {
        arguments.add(new Input(index));
        return this;
    }

    Step result() {
        arguments.add(new Result());
        return this;
    }

    Step scratch() {
        arguments.add(new Scratch());
        return this;
    }

    Step integers(int... values) {
        for (int value : values) {
            arguments.add(new Int(value));
        }
        return this;
    }

    Step real(double value) {
        arguments.add(new Real((float) value));
        return this;
    }

    /** One work-item, alone in its work-group, for each of so many things in one to three dimensions. */
    Step items(long... counts) {
        global = counts.clone();
        local = new long[counts.length];
        Arrays.fill(local, 1);
        return this;
    }

    /** A work-item for each of so many things in work-groups of that size; the last may have some to spare. */
    Step groupsOf(int size, long things) {
        return groups(new long[] {size}, (things + size - 1) / size);
    }

    /** So many work-groups of a size, in each dimension. */
    Step groups(long[] size, long... counts) {
        global = new long[counts.length];
        for (int k = 0; k < counts.length; k++) {
            global[k] = counts[k] * size[k];
        }
        local = size.clone();
        return this;
    }

    /** The function's name. */
    public String kernel() {
        return kernel;
    }

    /** What the source is specialised by, as compiler options. */
    public String options() {
        return options.strip();
    }

    List<Argument> arguments() {
        return arguments;
    }

    /** How many work-items, in each dimension. */
    public long[] global() {
        return global.clone();
    }

    /** The size of a work-group, in each dimension. */
    public long[] local() {
        return local.clone();
    }
}
