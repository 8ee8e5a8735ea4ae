package scorefield.ncsn.setting;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an enum's constant was called in the settings of earlier versions. It is still read; files that are written have the name of today. */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Formerly {

    /** The former name, as it was typed. */
    String value();
}
