/** Feature extractors in ONNX Runtime; the one package that sees it. */
@NullMarked
package scorefield.ncsn.extractor;

import org.jspecify.annotations.NullMarked;
