/**
 * File formats: checkpoints ({@link scorefield.ncsn.file.Safetensors}), arrays ({@link scorefield.ncsn.file.Npy}) and pictures
 * ({@link scorefield.ncsn.file.ImageGrid}, {@link scorefield.ncsn.file.PngWriter}, {@link scorefield.ncsn.file.AnimatedGif};
 * {@link scorefield.ncsn.file.Quantisation} converts numbers to bytes). All files are written atomically
 * ({@link scorefield.ncsn.file.AtomicFile}).
 */
@NullMarked
package scorefield.ncsn.file;

import org.jspecify.annotations.NullMarked;
