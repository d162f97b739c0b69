"""The enrolment page: four files of this package, with headers that let it load and send nothing else."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

router = APIRouter(include_in_schema=False)
FOLDER = Path(__file__).parent.parent / "pages" / "enrol"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def _page(name: str, kind: str) -> Response:
    return Response((FOLDER / name).read_bytes(), media_type=f"{kind}; charset=utf-8", headers=HEADERS)


@router.get("/enrol")
def enrolment_page() -> Response:
    """The page; the code is behind '#' and stays in the browser."""
    return _page("index.html", "text/html")


@router.get("/enrol/enrol.css")
def enrolment_style() -> Response:
    """Its style."""
    return _page("enrol.css", "text/css")


@router.get("/enrol/enrol.js")
def enrolment_script() -> Response:
    """Its script."""
    return _page("enrol.js", "text/javascript")


@router.get("/enrol/texts.js")
def enrolment_texts() -> Response:
    """Its words."""
    return _page("texts.js", "text/javascript")
