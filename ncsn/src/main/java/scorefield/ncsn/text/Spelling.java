package scorefield.ncsn.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests corrections for misspelt words. */
public final class Spelling {

    /** What is longer is no word with a slip in it. */
    private static final int LONGEST = 100;

    private Spelling() {}

    /** The candidate nearest to a misspelt word, if one is near enough to be a plausible correction. */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String typed = plain(word);
        return candidates.stream()
                .min(Comparator.comparingInt((String candidate) -> keyDistance(typed, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(best -> keyDistance(typed, plain(best)) <= Math.max(2, typed.length() / 3));
    }

    /** The end of an error message about an unknown word: the nearest candidate, or all of them. */
    public static String suggestion(String word, Collection<String> candidates) {
        return nearest(word, candidates)
                .map(best -> "did you mean '" + best + "'?")
                .orElseGet(() -> "there are: " + String.join(", ", candidates));
    }

    /** The word in lower case with hyphens, because people confuse case and the separator of words. */
    private static String plain(String word) {
        return word.replaceAll("(?<=[a-z])(?=[A-Z])", "-").replace('_', '-').toLowerCase(Locale.ROOT);
    }

    /** As {@link #distance}, but a key without its section is compared with the last part of the candidate too. */
    private static int keyDistance(String typed, String candidate) {
        int whole = distance(typed, candidate);
        return typed.contains(".")
                ? whole
                : Math.min(whole, distance(typed, candidate.substring(candidate.lastIndexOf('.') + 1)));
    }

    /** The number of letters to insert, remove or replace to change one word into the other (Levenshtein 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
