"""The command line. Only here are the parts put together, and exceptions turned into one line and
an exit code.

Exit codes: 0 for success, 2 for a mistake of the user's, 1 for one of ours.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from .mistakes import usage
from .printing import lenient_streams, say

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit."""
    lenient_streams()
    try:
        os.getcwd()
    except OSError:
        # Nothing that starts a process could work.
        say("This folder does not exist any more; go to another one first.", style="red")
        sys.exit(2)
    try:
        code = command.main(prog_name="voicecoach", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as fault:
        fault.show()
        code = fault.exit_code
    except click.UsageError as fault:
        say(usage(fault), style="red")
        code = fault.exit_code
    except click.ClickException as fault:
        shown = io.StringIO()
        fault.show(shown)
        if shown.getvalue():
            say(shown.getvalue().rstrip("\n"))
        code = fault.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("Stopped.")
        code = 130
    except Exception as fault:
        if os.environ.get("VOICECOACH_DEBUG"):
            raise
        say(
            f"voicecoach failed; this is a bug: {type(fault).__name__}: {fault}\n"
            "Set VOICECOACH_DEBUG=1 to see where, and please report it.",
            style="red",
        )
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


_COMMANDS: Mapping[str, str] = {
    # command: its function, by module
    "start": "start.start",
    "simulate": "simulate.simulate",
    "demo": "demo.demo",
    "enroll": "enroll.enroll",
    "listen": "listen.listen",
    "doctor": "doctor.doctor",
    "models": "models.models",
    "new": "new.new",
    "preview": "preview.preview",
    "check": "check.check",
    "schema": "schema.schema",
    "completion": "completion.completion",
    "log": "log.log",
    "export": "exchange.export",
    "import": "exchange.import_",
    "report": "report.report",
    "forget": "forget.forget",
}


class _Commands(click.Group):
    """Loads a command only when it runs: showing the log needs no recogniser."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, function = _COMMANDS[name].split(".")
        found = getattr(import_module(f".{module}", __name__), function)
        assert isinstance(found, click.Command)
        return found


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from . import version

        version.show()
        context.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version, and the engines and models that are here.",
)
@click.pass_context
def command(context: click.Context) -> None:
    """A strength coach in your earbuds.

    It paces every rep aloud, tells you when to breathe, reminds you of safety
    when it matters, and obeys your voice even while it talks. Nothing leaves
    this machine, and your hands stay free.

    \b
    Train; the coach asks which exercise, unless you name one:
        voicecoach
        voicecoach start leg-press
    Hear and see an example set:
        voicecoach demo
    Coach a recording of yours:
        voicecoach simulate me.wav --out coach.wav --events set.jsonl
    See what the recogniser hears in a recording:
        voicecoach listen me.wav
    Let it learn your voice:
        voicecoach enroll
    Check all that a workout needs, and hear how it sounds:
        voicecoach doctor
    List models for another recogniser or language:
        voicecoach models list
    Write a cue script for your own exercise:
        voicecoach new exercise "split squat"
    Hear and see a set of an exercise without doing it:
        voicecoach preview leg-press -o set.wav --plot set.svg
    Check your files for mistakes, and for words that sound alike:
        voicecoach check
    See what you trained:
        voicecoach log
    See your training as a page with charts:
        voicecoach report -o report.html
    Export your log to another program, or import one:
        voicecoach export --format strong -o strong.csv
        voicecoach import strong.csv
    Remove what is stored about you:
        voicecoach forget

    TOML files say what the coach says, when, and which words it obeys. You can
    change them; `voicecoach simulate --help` names the folder. It is coaching,
    not medical advice.
    """
    if context.invoked_subcommand is None:
        start = command.get_command(context, "start")
        assert start is not None
        context.invoke(start)
