/**
 * Files that programs here write and read: checkpoints ({@link scorefield.ncsn.file.Safetensors}), arrays
 * ({@link scorefield.ncsn.file.Npy}), pictures ({@link scorefield.ncsn.file.ImageGrid},
 * {@link scorefield.ncsn.file.PngWriter}, {@link scorefield.ncsn.file.AnimatedGif}; {@link scorefield.ncsn.file.Quantisation} makes bytes of numbers). Whatever is written appears whole or
 * not at all ({@link scorefield.ncsn.file.AtomicFile}).
 */
@NullMarked
package scorefield.ncsn.file;

import org.jspecify.annotations.NullMarked;
