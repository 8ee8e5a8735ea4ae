package scorefield.kernels.op;

import scorefield.autodiff.DType;

/** What OpenCL C calls the types of numbers. */
final class Types {

    private Types() {}

    static String scalar(DType dtype) {
        return switch (dtype) {
            case FLOAT -> "float";
            case INT -> "int";
            case BYTE -> "uchar";
        };
    }
}
