"""`zhsq zoo`: weights and the bundles made of them."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Weights and the bundles made of them: list, build, info.")


@app.command("list")
def list_models() -> None:
    """Recipes, and the bundles that are built."""
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.models.zoo.recipes import DEFAULTS, RECIPES, built

    table = Table("recipe", "task", "default", "what it is")
    for name, recipe in RECIPES.items():
        table.add_row(name, recipe.task, "yes" if name == DEFAULTS[recipe.task][0] else "", recipe.summary)
    console.print(table)
    for folder in built():
        console.print(f"built: {folder}", soft_wrap=True, highlight=False)


@app.command()
def build(name: Annotated[str, typer.Argument(help="A recipe, as `zhsq zoo list` shows it.")]) -> None:
    """Fetch the weights of a recipe, verify them, and build its bundle."""
    from zhsq.commands.output import console
    from zhsq.models.zoo.recipes import build as make

    console.print(f"bundle: {make(name).path}", soft_wrap=True)


@app.command()
def info(bundle: Annotated[str, typer.Argument(help="Name, name@version or path.")]) -> None:
    """A bundle's card: graphs, thresholds with their source, licences of weights and training data."""
    from zhsq.commands.output import console
    from zhsq.models.bundle import SPEC_FILE
    from zhsq.models.zoo.recipes import resolve

    found = resolve(bundle)
    console.print(found.path, soft_wrap=True)
    console.print((found.path / SPEC_FILE).read_text("utf-8"), highlight=False, markup=False, soft_wrap=True)
