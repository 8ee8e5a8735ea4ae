package scorefield.cli.study;

import java.util.ArrayList;
import java.util.List;
import scorefield.ncsn.study.Notebook;
import scorefield.ncsn.text.Text;

/** Tables for a terminal: each column is as wide as its content. */
final class StudyText {

    private StudyText() {}

    /** A table with its title, headings and rows; names are aligned left and numbers right. */
    static String table(Notebook.Table table) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(table.columns());
        table.rows().forEach((name, numbers) -> {
            List<String> line = new ArrayList<>(List.of(name));
            numbers.forEach(number -> line.add(Text.number(number)));
            lines.add(line);
        });
        int[] widths = new int[table.columns().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder("  " + table.title() + "\n");
        for (List<String> line : lines) {
            text.append("    ");
            for (int i = 0; i < widths.length; i++) {
                String space = " ".repeat(widths[i] - line.get(i).length());
                text.append(i == 0 ? line.get(i) + space : "  " + space + line.get(i));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
