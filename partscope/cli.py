"""The one console script. Commands come from the entry-point group ``partscope.commands``.

Only the command that is called is imported, so that the start stays fast and the core imports
nothing above itself.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, NoReturn

import typer

from catalog import __version__
from catalog.errors import ImageRejected, PartscopeError, UsageError

COMMAND_GROUP = "partscope.commands"
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (something failed) or 2 (a wrong call)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _app_for(given)(args=given, prog_name="partscope")
    except (UsageError, ImageRejected) as error:  # of an image that the call names
        _exit_with(error, EXIT_USAGE)
    except PartscopeError as error:
        _exit_with(error, EXIT_FAILED)
    except SystemExit as ended:
        if ended.code != EXIT_INTERRUPTED:  # which typer makes of an interrupt, without a word
            raise
        _exit_interrupted()
    except KeyboardInterrupt:
        _exit_interrupted()


def _app_for(arguments: Sequence[str]) -> typer.Typer:
    app = typer.Typer(
        name="partscope",
        help="Find and group similar spare parts by picture and by German or English name.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_common)
    commands = {entry.name: entry for entry in entry_points(group=COMMAND_GROUP)}
    called = next((word for word in arguments if not word.startswith("-")), "")
    chosen = {called: commands[called]} if called in commands else commands
    for name in sorted(chosen):
        _register(app, chosen[name])
    return app


def _register(app: typer.Typer, entry: EntryPoint) -> None:
    command = entry.load()
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=entry.name)
    else:
        app.command(entry.name)(command)


def _common(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    if version:
        typer.echo(f"partscope {__version__}")
        raise typer.Exit
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


def _exit_with(error: PartscopeError, code: int) -> None:
    typer.echo(f"partscope: {error}", err=True)
    raise SystemExit(code) from error


def _exit_interrupted() -> NoReturn:
    typer.echo("partscope: interrupted; what was done is kept, run it again to go on", err=True)
    raise SystemExit(EXIT_INTERRUPTED) from None
