"""`zhsq deploy`: a bundle onto running Tritons, verified before the switch; all calls to it, or a share on trial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhsq.models.bundle import Bundle

app = typer.Typer()

Url = Annotated[
    list[str] | None,
    typer.Option(
        help="Triton's gRPC address; give it again for each endpoint. Default: $ZHSQ_TRITON_URLS, else the server that "
        "`zhsq triton` started."
    ),
]
Repository = Annotated[
    Path | None,
    typer.Option(help="The repository that these Tritons serve, as seen from here.", file_okay=False),
]
Reason = Annotated[str, typer.Option(help="Why; kept in the pointer's log.")]
By = Annotated[str, typer.Option(help="Who acts. Default: this user and host.")]
CHAMPION = "champion:"


@app.command()
def deploy(
    bundle: Annotated[
        str,
        typer.Argument(help="A bundle: name, name@version, its folder, or champion:TASK for the registry's champion."),
    ] = "",
    url: Url = None,
    repository: Repository = None,
    onnxruntime: Annotated[
        bool, typer.Option("--onnxruntime", help="The repository is for Triton's onnxruntime backend (NVIDIA's image).")
    ] = False,
    name: Annotated[
        str, typer.Option("--as", help="Take the place of a deployed bundle of another name. Default: its own name.")
    ] = "",
    canary: Annotated[str, typer.Option(help="On trial: the share of calls it gets, such as 10%.")] = "",
    promote: Annotated[
        bool, typer.Option("--promote", help="Put the version on trial in use; BUNDLE may name the deployment.")
    ] = False,
    auto_promote: Annotated[
        bool, typer.Option("--auto-promote", help="The trial promotes itself after --promote-after clean calls.")
    ] = False,
    min_calls: Annotated[
        int, typer.Option(help="Trial: calls before drift is judged.", min=1, envvar="ZHSQ_CANARY_MIN_CALLS")
    ] = 100,
    min_calls_errors: Annotated[
        int, typer.Option(help="Trial: calls before errors are judged.", min=1, envvar="ZHSQ_CANARY_MIN_CALLS_ERRORS")
    ] = 20,
    max_error_increase: Annotated[
        float,
        typer.Option(
            help="Trial: by how much the error rate may exceed the present one, 0..1.",
            min=0,
            max=1,
            envvar="ZHSQ_CANARY_MAX_ERROR_INCREASE",
        ),
    ] = 0.02,
    max_psi: Annotated[
        float, typer.Option(help="Trial: how far scores may drift (PSI).", min=0.01, envvar="ZHSQ_CANARY_MAX_PSI")
    ] = 0.25,
    promote_after: Annotated[
        int, typer.Option(help="Trial: clean calls for --auto-promote.", min=1, envvar="ZHSQ_CANARY_PROMOTE_AFTER")
    ] = 1000,
    reason: Reason = "",
    by: By = "",
    golden: Annotated[
        bool,
        typer.Option(
            "--golden/--no-golden", help="Compare what the pipeline decides of the golden set; off: random inputs."
        ),
    ] = True,
    pipeline: Annotated[
        bool,
        typer.Option("--pipeline/--no-pipeline", help="Deploy the pipeline as a model, too: image in, result out."),
    ] = True,
    enrol_again: Annotated[
        bool, typer.Option("--enrol-again", help="Faces: accept other embedders; everyone must enrol again.")
    ] = False,
) -> None:
    """Load a bundle's models on every endpoint, compare their answers with the in-process ones, then switch to it."""
    from zhsq.commands.output import console
    from zhsq.deploy.admission import Trial
    from zhsq.deploy.rollout import deploy as roll_out
    from zhsq.errors import ZhsqError
    from zhsq.runtime.canary import CanaryLimits

    if promote:
        _promote(bundle, place(repository), by, reason)
        return
    if not bundle:
        raise ZhsqError("No bundle was named.", "List them: zhsq zoo list")
    urls = endpoints(url)
    limits = CanaryLimits(
        min_calls=min_calls,
        min_calls_errors=min_calls_errors,
        max_error_increase=max_error_increase,
        max_psi=max_psi,
        promote_after=promote_after,
    )
    trial = Trial(share(canary), limits, auto_promote) if canary else None
    chosen = _resolve(bundle)
    with console.status(f"deploying {chosen.name} {chosen.version}"):
        deployment, parity = roll_out(
            chosen,
            urls,
            place(repository),
            variant="onnxruntime" if onnxruntime else "python",
            inputs=None if golden else {},
            pipeline=pipeline,
            name=name,
            trial=trial,
            enrol_again=enrol_again,
            by=by,
            reason=reason,
            evidence={"asked for": bundle},
        )
    role = f"on trial with {trial.share:.0%} of the calls" if trial else "in use"
    console.print(f"{deployment} is {role} on {', '.join(urls)}.", highlight=False, soft_wrap=True)
    for model, version in deployment.models.items():
        console.print(f"  {model} version {version}", highlight=False)
    console.print(f"Parity with the in-process runtime: {parity}", highlight=False, soft_wrap=True)
    if trial:
        then = "promotes itself" if auto_promote else "is promoted by: zhsq deploy --promote"
        console.print(f"It is taken back when a limit is crossed, and {then}.", highlight=False)
        if deployment.task not in ("face", "plate"):
            console.print(
                f"`zhsq serve` runs no {deployment.task}: only programs of yours that follow the pointer call it."
            )


def _promote(name: str, repository: Path, by: str, reason: str) -> None:
    from zhsq.commands.output import console
    from zhsq.deploy.back import promote
    from zhsq.errors import ZhsqError
    from zhsq.runtime.pointer import read

    on_trial = [key for key, pointer in read(repository).pointers.items() if pointer.canary]
    if not name and len(on_trial) != 1:
        listed = ", ".join(on_trial) or "none"
        raise ZhsqError(f"Which one is to be promoted? On trial: {listed}.", "Name it: zhsq deploy NAME --promote")
    console.print(f"{promote(name or on_trial[0], repository, by=by, reason=reason)} is in use.", highlight=False)


def _resolve(named: str) -> Bundle:
    """A bundle by what `zhsq zoo` knows, or the champion of a task.

    Raises:
        UnknownNameError: no such bundle, or nothing was promoted for the task.
    """
    from zhsq.models.zoo.recipes import resolve

    if not named.startswith(CHAMPION):
        return resolve(named)
    from zhsq.errors import ZhsqError
    from zhsq.tracking.registry import champion

    task = named.removeprefix(CHAMPION)
    found = champion(task)
    if found is None:
        raise ZhsqError(f"Nothing was promoted for {task!r}.", "Promote a run first: zhsq promote RUN")
    return found


def share(text: str) -> float:
    """A share of calls, 0..1 exclusive, from '10%' or '0.1'.

    Raises:
        ZhsqError: it is neither.
    """
    from zhsq.errors import ZhsqError

    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise ZhsqError(f"{text!r} is no share of the calls.", "Give more than 0 and less than 100%, such as 10%.")
    return value


def endpoints(given: list[str] | None) -> tuple[str, ...]:
    """The addresses to act on: those given, else of the environment, else of the running server."""
    from zhsq.runtime.endpoints import addresses, from_environment

    if found := addresses(given) if given else from_environment():
        return found
    from zhsq.deploy.server import default_url

    return (default_url(),)


def place(given: Path | None) -> Path:
    """The repository to act on: the one given, else the running server's."""
    if given is not None:
        return given
    from zhsq.deploy.server import default_repository

    return default_repository()
