"""The program and its commands: each file of ``commands/`` is one, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from negotiation import __version__
from negotiation.cli.failures import CLOSED_PIPE

__all__ = ["program"]


class Commands(click.Group):
    """A group whose commands are the modules of a folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return sorted(path.stem for path in (Path(__file__).parent / "commands").glob("*.py") if path.stem != "__init__")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, None if there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"negotiation.cli.commands.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; of a pipe that nobody reads, return the status, where click would end the process with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return CLOSED_PIPE

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was asked for; name the nearest one where there is none."""
        import difflib

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(self.list_commands(ctx))}"
            ctx.fail(f"there is no command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="negotiation")
def program() -> None:
    """When someone makes an offer, do they want it accepted? A game-theoretic simulator of negotiation.

    A scenario file says who bargains, what each can do and what each gets. From that one file: the equilibria, and what
    happens over repeated rounds.

    \b
      negotiation run scenarios/december_2021.yaml     everything, with a report
      negotiation solve scenarios/pretext.yaml         the equilibria, and why
      negotiation check my_scenario.yaml               the mistakes in a file
    """  # noqa: D301 - click keeps lines apart after the character \b, not after its letters
