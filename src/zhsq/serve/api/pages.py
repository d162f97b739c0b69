"""Pages: files of this package, with headers that let them load and send nothing else."""

from __future__ import annotations

from pathlib import Path

from fastapi import Response

from zhsq.serve.api.routing import Router

router = Router(include_in_schema=False)
SERVE = Path(__file__).parent.parent
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Page:
    """The files of one page.

    Args:
        folder: that holds them.
        images: what its Content-Security-Policy says of images.
        camera: whether it may ask for the camera.
    """

    def __init__(self, folder: Path, images: str, *, camera: bool) -> None:
        self._folder = folder
        self.names = frozenset(path.name for path in folder.iterdir() if path.suffix in _KINDS)
        self._headers = {
            "Content-Security-Policy": (
                f"default-src 'none'; script-src 'self'; style-src 'self'; {images}; connect-src 'self'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Cache-Control": "no-store",
            "Permissions-Policy": f"geolocation=(), microphone=(), camera=({'self' if camera else ''})",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def file(self, name: str) -> Response:
        """One of `names`."""
        path = self._folder / name
        return Response(path.read_bytes(), media_type=f"{_KINDS[path.suffix]}; charset=utf-8", headers=self._headers)


ENROL = Page(SERVE / "pages" / "enrol", "img-src blob:", camera=True)


@router.get("/enrol")
def enrolment_page() -> Response:
    """The page; the code is behind '#' and stays in the browser."""
    return ENROL.file("index.html")


@router.get("/enrol/enrol.css")
def enrolment_style() -> Response:
    """Its style."""
    return ENROL.file("enrol.css")


@router.get("/enrol/enrol.js")
def enrolment_script() -> Response:
    """Its script."""
    return ENROL.file("enrol.js")


@router.get("/enrol/texts.js")
def enrolment_texts() -> Response:
    """Its words."""
    return ENROL.file("texts.js")
