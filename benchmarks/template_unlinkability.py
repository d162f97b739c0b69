"""Whether protected face templates of two estates can be linked: figures on real LFW templates.

    .venv/bin/python benchmarks/template_unlinkability.py [--json U] [--limit PEOPLE] [--estates N]

Each person has two photos. Scores are cosines of protected templates:
- within an estate: photo 1 against photo 2 under one key, which is what serving compares;
- across estates, another photo: photo 1 in one estate against photo 2 in another, each with its own salt;
- across estates, the same photo: the strongest case for who would link.

Figures: AUROC of genuine against impostor scores, with a 95 % interval by drawing people and pairs of estates; D_sys of Gomez-Barrero et al.
(2018; ISO/IEC 30136), beside what the same scores give with their kinds dealt at random. 0.5 and chance are the aim.

The last table is an attack that rotation can't withstand: who holds decrypted templates of both estates, and knows for m
people which two belong together, solves for the matrix between the estates (orthogonal Procrustes: Schönemann 1966) and
links the others. Encryption and keys are what keeps templates from getting that far.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from zhsq.data.registry import locate
from zhsq.errors import NoFaceError
from zhsq.imaging import decode_image
from zhsq.metrics.intervals import pair_weights, people_draws, percentile_interval
from zhsq.metrics.unlinkability import d_sys, d_sys_by_chance
from zhsq.metrics.verification import auc
from zhsq.models.bundle import Bundle
from zhsq.models.face.pipeline import FacePipeline
from zhsq.models.zoo.recipes import default
from zhsq.protocols.report import hardware, versions
from zhsq.runtime.load import RuntimeSettings, open_runner
from zhsq.serve.security.templates import TemplateGuard

Vectors = NDArray[np.float32]
#: Impostor scores per person and pair of estates.
IMPOSTORS = 20
RESAMPLES = 200
KNOWN = (16, 64, 128, 256)


@dataclass(frozen=True)
class Row:
    """One kind of comparison. `chance` is D_sys where the kinds are dealt at random: mean and central 95 %."""

    comparison: str
    genuine: int
    impostors: int
    auroc: float
    auroc_low: float
    auroc_high: float
    d_sys: float
    chance: float
    chance_low: float
    chance_high: float


@dataclass(frozen=True)
class Attack:
    """Linking after `known` pairs were given away: AUROC on everyone else."""

    known: int
    linked: int
    auroc: float


def embed(bundle: Bundle, limit: int) -> tuple[Vectors, Vectors]:
    """Templates of two photos each of at most `limit` people of LFW, (n, d) each."""
    pipeline = FacePipeline(bundle, open_runner(bundle, RuntimeSettings()))
    folders = sorted((locate("lfw", "lfw").root / "lfw-deepfunneled").iterdir())
    pairs = [photos for folder in folders if len(photos := sorted(folder.glob("*.jpg"))[:2]) == 2]
    # Spread over the alphabet, so that a limit does not take one letter.
    chosen = [pairs[i] for i in np.linspace(0, len(pairs) - 1, min(limit, len(pairs))).astype(int)]
    found: list[Vectors] = []
    for photos in chosen:
        try:
            both = pipeline.templates([decode_image(photo) for photo in photos], policy="central")
        except NoFaceError:
            continue
        found.append(np.stack([template.vector for template in both]))
    stacked = np.stack(found)
    return stacked[:, 0], stacked[:, 1]


def compare(name: str, left: list[Vectors], right: list[Vectors], seed: int = 0) -> Row:
    """All genuine scores and `IMPOSTORS` impostor scores per person, of each pair of galleries."""
    people = len(left[0])
    random = np.random.default_rng(seed)
    a = np.repeat(np.arange(people), IMPOSTORS)
    b = (a + random.integers(1, people, len(a))) % people
    one, two = np.concatenate([np.arange(people), a]), np.concatenate([np.arange(people), b])
    scores = np.concatenate([np.einsum("nd,nd->n", x[one], y[two]) for x, y in zip(left, right, strict=True)])
    estate = np.repeat(np.arange(len(left)), len(one))
    one, two = np.tile(one, len(left)), np.tile(two, len(left))
    scores, genuine = scores.astype(np.float64), one == two
    of_people = people_draws(people, resamples=RESAMPLES, seed=seed)
    of_estates = people_draws(len(left), resamples=RESAMPLES, seed=seed + 1)
    weights = (pair_weights(a, one, two) * b[estate] for a, b in zip(of_people, of_estates, strict=True))
    resampled = np.array([auc(scores, genuine, weight) for weight in weights])
    low, high = percentile_interval(resampled)
    chance = d_sys_by_chance(scores[genuine], scores[~genuine], draws=RESAMPLES, seed=seed)
    return Row(
        name,
        int(genuine.sum()),
        int((~genuine).sum()),
        auc(scores, genuine),
        low,
        high,
        d_sys(scores[genuine], scores[~genuine]),
        float(chance.mean()),
        *percentile_interval(chance),
    )


def attack(first: Vectors, second: Vectors, known: int) -> Attack:
    """Solve for the rotation from `known` pairs (first[i], second[i]) and link the others by it."""
    u, _, vt = np.linalg.svd(first[:known].T.astype(np.float64) @ second[:known])
    turned = first[known:] @ (u @ vt)
    scores = turned @ second[known:].T
    genuine = np.eye(len(scores), dtype=bool)
    return Attack(known, len(scores), auc(scores.ravel().astype(np.float64), genuine.ravel()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures")
    parser.add_argument("--limit", type=int, default=300, help="people, two photos each (default 300)")
    parser.add_argument("--estates", type=int, default=8, help="pairs of estates, each with salts of its own")
    args = parser.parse_args()
    start = time.perf_counter()
    bundle = default("face")
    first, second = embed(bundle, args.limit)
    random = np.random.default_rng(0)
    guards = [TemplateGuard(random.bytes(32), random.bytes(32)) for _ in range(2 * args.estates)]

    def protected(vectors: Vectors, which: int) -> Vectors:
        return np.stack([guards[which].rotate(vector) for vector in vectors])

    one = [protected(first, 2 * i) for i in range(args.estates)]
    two = [protected(second, 2 * i + 1) for i in range(args.estates)]
    rows = [
        compare("within an estate", one, [protected(second, 2 * i) for i in range(args.estates)]),
        compare("across estates, another photo", one, two),
        compare("across estates, the same photo", one, [protected(first, 2 * i + 1) for i in range(args.estates)]),
    ]
    kept, plain = one[0] @ one[0].T, first @ first.T
    threshold = bundle.threshold("verify").value
    protection: dict[str, Any] = {
        "largest_difference_of_cosines": float(np.abs(kept - plain).max()),
        "decisions_that_differ": int(((kept >= threshold) != (plain >= threshold)).sum()),
        "decisions": kept.size,
    }
    attacks = [attack(one[0], two[0], known) for known in KNOWN if known <= len(first) - 20]
    seconds = time.perf_counter() - start
    show(rows, protection, attacks, len(first), seconds)
    if args.json:
        body = {
            "command": " ".join(["benchmarks/template_unlinkability.py", *sys.argv[1:]]),
            "data": "lfw",
            "bundle": {"name": bundle.name, "version": bundle.version, "sha256": bundle.sha256},
            "people": len(first),
            "dimension": first.shape[1],
            "pairs_of_estates": args.estates,
            "protection": protection,
            "rows": [asdict(row) for row in rows],
            "attack_with_known_pairs": [asdict(found) for found in attacks],
            "seconds": round(seconds, 1),
            "hardware": hardware(),
            "versions": versions(),
        }
        args.json.write_text(json.dumps(body, indent=2) + "\n")


def show(rows: list[Row], protection: dict[str, Any], attacks: list[Attack], people: int, seconds: float) -> None:
    """The figures as tables."""
    console = Console(width=130)
    table = Table("comparison", "genuine", "impostors", "AUROC", "95 %", "D_sys", "by chance", "95 %")
    for row in rows:
        table.add_row(
            row.comparison,
            str(row.genuine),
            str(row.impostors),
            f"{row.auroc:.4f}",
            f"{row.auroc_low:.4f} to {row.auroc_high:.4f}",
            f"{row.d_sys:.4f}",
            f"{row.chance:.4f}",
            f"{row.chance_low:.4f} to {row.chance_high:.4f}",
        )
    console.print(table)
    console.print(
        f"protection moves no cosine by more than {protection['largest_difference_of_cosines']:.1e}; "
        f"{protection['decisions_that_differ']} of {protection['decisions']} decisions differ"
    )
    known = Table("pairs given away, both templates decrypted", "people then linked", "AUROC")
    for found in attacks:
        known.add_row(str(found.known), str(found.linked), f"{found.auroc:.4f}")
    console.print(known)
    console.print(f"{people} people, {seconds:.0f} s")


if __name__ == "__main__":
    main()
