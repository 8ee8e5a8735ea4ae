package scorefield.kernels.launch;

import scorefield.autodiff.DType;

/** What OpenCL C calls the types of numbers. */
public final class CType {

    private CType() {}

    /** The scalar type. */
    public static String of(DType dtype) {
        return switch (dtype) {
            case FLOAT -> "float";
            case INT -> "int";
            case BYTE -> "uchar";
        };
    }
}
