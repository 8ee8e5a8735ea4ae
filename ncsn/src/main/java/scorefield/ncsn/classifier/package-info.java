/** A classifier that is trained on a labelled data set: what tells classes and features of images for {@link scorefield.ncsn.evaluation}. */
@NullMarked
package scorefield.ncsn.classifier;

import org.jspecify.annotations.NullMarked;
