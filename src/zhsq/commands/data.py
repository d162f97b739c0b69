"""`zhsq data`: data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Data sets: list, info, fetch, check.")
Name = Annotated[str, typer.Argument(help="A registered data set.")]


@app.command("list")
def list_sets() -> None:
    """Registered data sets, whether they are at hand, and their terms."""
    from rich.table import Table

    from zhsq.commands.output import console
    from zhsq.data.registry import cards, data_root

    table = Table("name", "at hand", "release", "licence", title=f"data sets under {data_root()}")
    for card in cards().values():
        table.add_row(card.name, "yes" if (data_root() / card.name).is_dir() else "no", card.release, card.licence)
    console.print(table)


@app.command()
def info(name: Name) -> None:
    """A data set's card: source, terms, layout, protocol, what is missing."""
    import yaml

    from zhsq.commands.output import console
    from zhsq.data.registry import card

    text = yaml.safe_dump(card(name).model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    console.print(text, highlight=False, markup=False, soft_wrap=True)


@app.command()
def fetch(name: Name) -> None:
    """Download a data set from its publisher; resumes, verifies, shows the terms."""
    from zhsq.commands.output import console
    from zhsq.data.fetch import fetch_data_set
    from zhsq.data.registry import card, data_root

    console.print(f"{name}: {fetch_data_set(card(name), data_root())}")


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="A registered data set, or a folder.")],
    quick: Annotated[bool, typer.Option(help="Compare digests only; don't decode images.")] = False,
) -> None:
    """Compare a data set with its card, and decode every image; exit code 1 when something is wrong."""
    from zhsq.commands.output import console
    from zhsq.data.registry import cards, data_root, fingerprint
    from zhsq.errors import BadImageError, DataSetError
    from zhsq.imaging import decode_image

    card = cards().get(name)
    root = data_root() / name if card else Path(name)
    if not root.is_dir():
        raise DataSetError(f"{root} is not there.", f"Fetch it: zhsq data fetch {name}; known: {', '.join(cards())}.")
    problems = []
    digest, files = fingerprint(root)
    if card and digest != card.tree_sha256:
        problems.append(
            f"{files} files with digest {digest[:16]}, the card says {card.n_files} and {card.tree_sha256[:16]}"
        )
    if not quick:
        for path in sorted(root.rglob("*")):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".bmp", ".tif"):
                try:
                    decode_image(path)
                except BadImageError as error:
                    problems.append(error.message)
    for problem in problems:
        console.print(f"[red]wrong[/] {problem}", highlight=False)
    if problems:
        raise typer.Exit(1)
    console.print(f"{root}: {files} files, {'as on its card' if card else 'all readable'}", highlight=False)
