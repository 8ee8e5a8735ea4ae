/** Networks as ONNX models, which other programs run: {@link scorefield.ncsn.onnx.OnnxExport}. */
@NullMarked
package scorefield.ncsn.onnx;

import org.jspecify.annotations.NullMarked;
