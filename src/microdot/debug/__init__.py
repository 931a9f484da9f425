"""What debug mode tells the developer at the keyboard, for CPython: tracebacks in the browser, and what holds up the loop."""

# Knows who is told of an exception. Must not know how a page is made.
import ipaddress

from .. import Response
from ..core.addresses import ip_address
from ..core.compat import ERROR, log
from ..core.errors import HTTPException
from ..wire.forwarded import parse_forwarded, parse_node
from .blocking import watch as watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .. import Request

__all__ = ['answer', 'watch']

_HEADERS = {
    'Content-Type': 'text/html; charset=UTF-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
}


def answer(request: 'Request', exc: Exception) -> 'Response | None':
    """Return a page about an exception that nothing handles; None for a client that is not to see it, or wants no HTML.

    Only a browser on this machine is: its address is of the loopback network, and so is every address that a proxy tells, and
    the host that it asks is this machine, so that no page of another site can read it under a name of its own.
    """
    if 'text/html' not in request.headers.get('Accept', '') or not is_local(request):
        return None
    try:
        from .page import page

        return Response(page(request, exc), 500, _HEADERS.copy())
    except Exception as error:
        log(ERROR, 'Exception in the page about an exception', exc=error)
        return None


def is_local(request: 'Request') -> bool:
    """Tell whether a request comes from this machine, as far as anybody tells."""
    headers = request.headers
    try:
        nodes: 'list[Any]' = [request.client_addr[0]]
        for name in ('X-Forwarded-For', 'X-Real-IP'):
            if name in headers:
                nodes += [parse_node(node.strip())[0] for node in headers[name].split(',')]
        if 'Forwarded' in headers:
            nodes += [parse_node(element['for'])[0] for element in parse_forwarded(headers['Forwarded'])]
        return all(map(_is_loopback, nodes)) and _is_local_name(headers.get('Host', '').lower())
    except (AttributeError, HTTPException, KeyError, IndexError, TypeError, ValueError):  # what is no address is not this machine's
        return False


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(ip_address(address)).is_loopback  # without what maps IPv4 to IPv6


def _is_local_name(host: str) -> bool:
    name = host[1:].partition(']')[0] if host[:1] == '[' else host.partition(':')[0].rstrip('.')
    # RFC 6761 6.3: every name that ends so is this machine.
    return name == 'localhost' or name.endswith('.localhost') or _is_loopback(name)
