"""The one console script: the commands of ``partscope.commands``, and those of the layers above.

These (``demo``) and any other package's come by the entry-point group ``partscope.commands``.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoints, entry_points
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from catalog import __version__
from catalog.errors import ImageRejected, PartscopeError, UsageError
from partscope.commands.backup import backup, restore
from partscope.commands.classify import classify
from partscope.commands.cluster import cluster
from partscope.commands.doctor import doctor
from partscope.commands.duplicates import duplicates
from partscope.commands.evaluate import evaluate
from partscope.commands.export import export
from partscope.commands.failures import failures
from partscope.commands.info import info
from partscope.commands.ingest import ingest
from partscope.commands.optimize import optimize
from partscope.commands.rebuild import rebuild
from partscope.commands.report import report
from partscope.commands.review import review
from partscope.commands.runs import runs
from partscope.commands.search import search
from partscope.commands.segment import segment
from partscope.options.common import CatalogOption, StoreOption

COMMAND_GROUP = "partscope.commands"
_COMMANDS: dict[str, Any] = {
    "backup": backup,
    "classify": classify,
    "cluster": cluster,
    "doctor": doctor,
    "duplicates": duplicates,
    "evaluate": evaluate,
    "export": export,
    "failures": failures,
    "info": info,
    "ingest": ingest,
    "optimize": optimize,
    "rebuild": rebuild,
    "report": report,
    "restore": restore,
    "review": review,
    "runs": runs,
    "search": search,
    "segment": segment,
}
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (something failed) or 2 (a wrong call)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _app()(args=given, prog_name="partscope")
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


def _app() -> typer.Typer:
    app = typer.Typer(
        name="partscope",
        help="Find and group similar spare parts by picture and by German or English name.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_before_the_command)
    commands = {**_COMMANDS, **{entry.name: entry.load() for entry in _from_above()}}
    for name, command in sorted(commands.items()):
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _from_above() -> EntryPoints:
    return entry_points(group=COMMAND_GROUP)


def _before_the_command(
    context: typer.Context,
    *,
    store: StoreOption = None,
    catalog: CatalogOption = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
) -> None:
    if version:
        typer.echo(f"partscope {__version__}")
        raise typer.Exit
    _check_taken(context, {"--store": store, "--catalog": catalog})
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


def _check_taken(context: typer.Context, options: Mapping[str, str | None]) -> None:
    """Refuse what stands before a command that does not take it; groups pass it on to theirs."""
    given = [option for option, value in options.items() if value is not None]
    name, group = context.invoked_subcommand, context.command
    if not given:
        return
    if name is None or not isinstance(group, TyperGroup):
        raise UsageError(f"{given[0]} stands before a command; partscope --help lists them")
    command = group.commands.get(name)
    taken = {text for parameter in command.params for text in parameter.opts} if command else set()
    for option in given:
        if not isinstance(command, TyperGroup) and option not in taken:
            raise UsageError(
                f"{name} takes no {option}; partscope {name} --help lists what it takes"
            )


def _exit_with(error: PartscopeError, code: int) -> None:
    typer.echo(f"partscope: {error}", err=True)
    raise SystemExit(code) from error


def _exit_interrupted() -> NoReturn:
    typer.echo("partscope: interrupted; what was done is kept, run it again to go on", err=True)
    raise SystemExit(EXIT_INTERRUPTED) from None
