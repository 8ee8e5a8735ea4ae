package scorefield.cli.console;

import picocli.CommandLine.IVersionProvider;
import scorefield.ncsn.Version;

/** What {@code --version} prints. */
public final class VersionText implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"scorefield " + Version.number()};
    }
}
