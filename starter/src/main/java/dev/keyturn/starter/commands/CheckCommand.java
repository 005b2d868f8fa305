package dev.keyturn.starter.commands;

import dev.keyturn.starter.ExitCode;
import dev.keyturn.starter.Session;
import dev.keyturn.starter.console.RemarkText;
import dev.keyturn.starter.console.Tone;
import dev.keyturn.workflows.contract.Remark;
import dev.keyturn.workflows.environment.Environment;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "check",
        description = {
            "Looks at every account, copy, file and right; changes nothing.",
            "Exit code 1 if something blocks a run or needs attention."
        })
final class CheckCommand extends EnvironmentCommand {
    CheckCommand(Session session) {
        super(session);
    }

    @Override
    Answer answer(Environment environment) {
        var remarks = environment.check();
        var page = console().page();
        RemarkText.add(page, "Findings in " + environment.name(), remarks);
        var matters = remarks.stream().anyMatch(remark -> remark.severity() != Remark.Severity.NOTES);
        if (remarks.isEmpty()) {
            page.line(Tone.GOOD, "Nothing was found in " + environment.name() + ".");
        }
        return new Answer(matters ? ExitCode.FINDINGS : ExitCode.DONE, page, Map.of("remarks", remarks));
    }
}
