"""Which lines are this machine's own, so that what goes over them need not be encrypted."""

from __future__ import annotations

import ipaddress


def loopback(host: str) -> bool:
    """Whether a host, as it stands in a URL, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
