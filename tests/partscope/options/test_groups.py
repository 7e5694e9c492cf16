"""Groups of options: in their place in the help, in one object for the command, from above too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from partscope.options.groups import with_options

Size = Annotated[int | None, typer.Option("--size", help="How large.")]


@dataclass(frozen=True)
class Paint:
    """One group."""

    colour: Annotated[str, typer.Option("--colour", help="Which colour.")] = "red"
    size: Size = None


@dataclass(frozen=True)
class Place:
    """Another group."""

    row: Annotated[int, typer.Option(help="Which row.")] = 1


app = typer.Typer(rich_markup_mode=None)
inner = typer.Typer(rich_markup_mode=None)
app.add_typer(inner, name="inner")


@app.callback()
def before(*, size: Size = None) -> None:
    """Takes a size before the command."""


@inner.callback()
def between(*, size: Size = None) -> None:
    """Takes a size between the two."""


@app.command()
@with_options
def draw(
    what: Annotated[str, typer.Argument(help="What to draw.")] = "nut",
    *,
    paint: Paint,
    first: Annotated[bool, typer.Option("--first", help="At once.")] = False,
    place: Place,
) -> None:
    """Draw something."""
    typer.echo(f"{what} {paint} {first} {place}")


@inner.command("where")
@with_options
def where(context: typer.Context, *, paint: Paint) -> None:
    """Tell where the command stands."""
    typer.echo(f"{context.info_name} {paint.size}")


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output.strip()


def test_a_command_gets_its_groups_as_objects() -> None:
    assert run("draw") == f"nut {Paint()} False {Place()}"
    said = run("draw", "bolt", "--row", "7", "--colour", "blue", "--first", "--size", "2")
    assert said == f"bolt {Paint('blue', 2)} True {Place(7)}"


def test_the_help_has_the_options_in_the_place_of_their_group() -> None:
    shown = run("draw", "--help")
    assert "Draw something." in shown
    places = [shown.index(option) for option in ("--colour", "--size", "--first", "--row")]
    assert places == sorted(places)
    assert "paint" not in shown
    assert "context" not in shown


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        (["inner", "where"], "None"),
        (["--size", "1", "inner", "where"], "1"),
        (["--size", "1", "inner", "--size", "2", "where"], "2"),
        (["--size", "1", "inner", "--size", "2", "where", "--size", "3"], "3"),
        (["inner", "--size", "0", "where"], "0"),
    ],
)
def test_what_is_not_given_comes_from_the_nearest_group_above(
    arguments: list[str], size: str
) -> None:
    assert run(*arguments) == f"where {size}"


def test_a_value_of_another_type_is_refused() -> None:
    assert "--row" in run("draw", "--row", "many", code=2)
