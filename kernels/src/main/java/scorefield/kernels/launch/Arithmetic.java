package scorefield.kernels.launch;

import java.util.Optional;
import scorefield.autodiff.Precision;

/**
 * How matrices are multiplied.
 *
 * @param precision of the factors
 * @param instruction what multiplies them; empty in single precision, where numbers are multiplied one by one
 */
public record Arithmetic(Precision precision, Optional<MatrixInstruction> instruction) {

    /** Single precision. */
    public static final Arithmetic FLOAT32 = new Arithmetic(Precision.FLOAT32, Optional.empty());

    /**
     * Refuses what cannot be.
     *
     * @throws IllegalArgumentException if only one of precision and instruction is for matrices
     */
    public Arithmetic {
        if (instruction.isPresent() == (precision == Precision.FLOAT32)) {
            throw new IllegalArgumentException(precision + " products need "
                    + (precision == Precision.FLOAT32 ? "no matrix instruction" : "a matrix instruction"));
        }
    }

    /** A lower precision by a matrix instruction. */
    public static Arithmetic of(Precision precision, MatrixInstruction instruction) {
        return new Arithmetic(precision, Optional.of(instruction));
    }

    /** Specialises a kernel that multiplies matrices. */
    public Launch specialise(Launch launch) {
        instruction.ifPresent(chosen -> {
            launch.define(precision.name(), 1);
            chosen.defines().forEach(launch::define);
        });
        return launch;
    }
}
