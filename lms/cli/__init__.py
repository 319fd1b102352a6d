"""The command line: `yogyata COMMAND`. Commands load lazily; those on files never start the web."""

from importlib import import_module

import click

COMMANDS = {
    "administrator": "lms.cli.people:administrator",
    "bank": "lms.cli.content:bank",
    "check": "lms.cli.content:check",
    "coverage": "lms.cli.coverage:coverage",
    "database": "lms.cli.database:database",
    "decide": "lms.cli.decide:decide",
    "demo": "lms.cli.demo:demo",
    "doctor": "lms.cli.doctor:doctor",
    "framework": "lms.cli.content:framework",
    "lesson": "lms.cli.content:lesson",
    "pack": "lms.cli.content:pack",
    "papers": "lms.cli.papers:papers",
    "recompute": "lms.cli.recompute:command",
    "role": "lms.cli.content:role",
    "schemas": "lms.cli.schemas:schemas",
    "scheme": "lms.cli.content:scheme",
    "serve": "lms.cli.serve:serve",
    "task": "lms.cli.content:task",
    "words": "lms.cli.words:words",
    "work": "lms.cli.worker:work",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Train, examine fairly, certify."""
