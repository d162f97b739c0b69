"""XML from cameras, parsed without entities, DTDs or anything fetched from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from zhsq.serve.alerting.events.envelope import BadEventError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: More than any camera's plate result needs, its pictures left out.
MAX_BYTES = 512_000


def parse(body: bytes) -> Element:
    """The root element.

    Raises:
        BadEventError: too large, not XML, or with a DTD or an entity (bombs and external entities are made of these).
    """
    if len(body) > MAX_BYTES:
        raise BadEventError(f"The XML has {len(body)} bytes; {MAX_BYTES} are taken at most.")
    try:
        root: Element = fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise BadEventError(f"The XML is refused: {type(error).__name__}.", "Send no DTD and no entities.") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise BadEventError(f"The body is not XML: {error}.") from error
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace, which vendors change from firmware to firmware."""
    return element.tag.rpartition("}")[2]


def text_of(root: Element, *names: str) -> str | None:
    """The text of the first element, at any depth, with one of these local names; empty counts as none."""
    wanted = {name.lower() for name in names}
    for element in root.iter():
        if isinstance(element.tag, str) and local(element).lower() in wanted and (element.text or "").strip():
            return (element.text or "").strip()
    return None
