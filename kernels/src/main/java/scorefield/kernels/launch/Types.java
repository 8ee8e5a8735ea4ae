package scorefield.kernels.launch;

import scorefield.autodiff.DType;

/** What OpenCL C calls the types of numbers. */
public final class Types {

    private Types() {}

    public static String scalar(DType dtype) {
        return switch (dtype) {
            case FLOAT -> "float";
            case INT -> "int";
            case BYTE -> "uchar";
        };
    }
}
