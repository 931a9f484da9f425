# Knows which proxies an application trusts, and takes from their headers who the client is. Must not know servers.
from .core.addresses import Networks, ip_address
from .core.compat import peer_address
from .core.errors import HTTPException
from .wire.forwarded import is_obfuscated, malformed, parse_forwarded, parse_node
from .wire.http11 import bad_request, check_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from .core.app import Microdot
    from .core.request import Request
    from .core.response import Response

    Address = tuple[str, int]
    Told = tuple[Address | None, str | None, str | None]

__all__ = ['TrustedProxies']

# The schemes that proxies tell, WebSocket's among them, and what they are for a request.
_SCHEMES = {'http': 'http', 'https': 'https', 'ws': 'http', 'wss': 'https'}

_NOTHING: 'Told' = (None, None, None)  # address, scheme and host that are not told


class TrustedProxies:
    """Has an application see its clients, where proxies stand before it.

    :param app: the application that is served, not one that is mounted in it.
    :param proxies: the addresses of the proxies, and on CPython networks such as `'10.0.0.0/8'`; `'unix'` for whoever connects
                    by a Unix socket. `ValueError` for anything else.
    :param header: `'Forwarded'` or `'X-Forwarded'`, the only kind of header to look at; both if not given.

    A request that comes from one of these has `client_addr`, `scheme` and the header Host set to what they were at the last
    hop that is not one of these, as far as the proxies tell, by `Forwarded` (RFC 7239) or by `X-Forwarded-For`,
    `X-Forwarded-Proto` and `X-Forwarded-Host`. `client_addr` is a tuple of address and port, the port 0 if it is not told; in
    place of an address may stand `unknown`, or a name with an underscore before it. In a request from anybody else these headers
    mean nothing.

    Where both kinds of header are there they have to tell the same: a proxy that writes one kind and lets the other through would
    let clients tell what they like. A request in which they do not is answered with 400, as is one in which they are malformed;
    `header` has the other kind ignored instead. A proxy has to set or remove each header of the kinds that are looked at.

    The request is changed before anything of the application sees it, error handlers included.

    Example::

        app = Microdot()
        TrustedProxies(app, ['127.0.0.1', '10.0.0.0/8'])
    """

    def __init__(self, app: 'Microdot', proxies: 'Iterable[str]', header: 'str | None' = None) -> None:
        if isinstance(proxies, str):
            raise ValueError('proxies is a list of addresses')
        if header not in (None, 'Forwarded', 'X-Forwarded'):
            raise ValueError('header is neither Forwarded nor X-Forwarded')
        proxies = list(proxies)
        self._unix = 'unix' in proxies
        self._networks = Networks([proxy for proxy in proxies if proxy != 'unix'])
        self._header = header
        # Every runtime asks the application by this name. A before handler would not do: errors by routing come without.
        self._dispatch = app.dispatch_request
        app.dispatch_request = self.dispatch_request  # type: ignore[method-assign]

    async def dispatch_request(self, req: 'Request | None', error: 'HTTPException | None' = None) -> 'Response':
        """Answer a request as the application does, once it says who asks."""
        if req:
            try:
                self.resolve(req)
            except HTTPException as exc:
                error = error or exc
        return await self._dispatch(req, error)

    def resolve(self, req: 'Request') -> None:
        """Set client address, scheme and host of a request that comes from a trusted proxy.

        Raises a 400 `HTTPException` for headers that are malformed or contradict each other.
        """
        if not self._trusts_peer(req.client_addr):
            return
        address, scheme, host = _agreed(
            _NOTHING if self._header == 'X-Forwarded' else self._forwarded(req),
            _NOTHING if self._header == 'Forwarded' else self._x_forwarded(req))
        if address:
            req.client_addr = address
        if scheme:
            req.scheme = scheme
        if host:
            req.headers['Host'] = host

    def _trusts_peer(self, client_addr: 'Any') -> bool:
        client_addr = peer_address(client_addr)
        if not client_addr or not client_addr[0]:
            return self._unix
        try:
            # An address of a link is told with the link after a percent sign.
            return ip_address(client_addr[0].partition('%')[0]) in self._networks
        except (AttributeError, ValueError):  # the path of a Unix socket, or anything else
            return False

    def _forwarded(self, req: 'Request') -> 'Told':
        value = req.headers.get('Forwarded')
        elements = parse_forwarded(value) if value else []
        if not elements:
            return _NOTHING
        address, hops = self._last_hop([element.get('for') for element in elements])
        element = elements[-1 - hops]
        return address, _scheme(element.get('proto')), _host(element.get('host'))

    def _x_forwarded(self, req: 'Request') -> 'Told':
        address, hops = self._last_hop(_items(req, 'X-Forwarded-For'))
        return (
            address, _scheme(_at_hop(_items(req, 'X-Forwarded-Proto'), hops)),
            _host(_at_hop(_items(req, 'X-Forwarded-Host'), hops)))

    def _last_hop(self, nodes: 'list[Any]') -> 'tuple[Address | None, int]':
        # The nearest node that is not trusted, or the farthest one, and how many are nearer.
        address = None
        hops = 0
        for hops, node in enumerate(reversed(nodes)):
            if node is None:
                break
            host, port = parse_node(node)
            if is_obfuscated(host):
                return (host, port), hops
            try:
                address = ip_address(host), port
            except ValueError:
                malformed()
            if '%' in host:
                malformed()
            if address[0] not in self._networks:
                break
        return address, hops


def _items(req: 'Request', name: str) -> 'list[str]':
    return [item.strip() for item in req.headers.get(name, '').split(',') if item.strip()]


def _at_hop(items: 'list[str]', hops: int) -> 'str | None':
    # What was told at a hop, by proxies of which some append, and others set the one value for all.
    return items[max(-1 - hops, -len(items))] if items else None


def _scheme(text: 'str | None') -> 'str | None':
    if text is None:
        return None
    return _SCHEMES.get(text.lower()) or malformed()


def _host(text: 'str | None') -> 'str | None':
    if text is None:
        return None
    if not text or '\n' in text:
        malformed()
    check_host('1.1', ('\nhost: ' + text.lower() + '\r\n').encode())
    return text


def _agreed(forwarded: 'Told', x_forwarded: 'Told') -> 'Told':
    if _NOTHING in (forwarded, x_forwarded):
        return x_forwarded if forwarded == _NOTHING else forwarded
    for one, other in zip(forwarded, x_forwarded):
        if _comparable(one) != _comparable(other):
            raise bad_request('Contradictory forwarding headers')
    return forwarded


def _comparable(told: 'Address | str | None') -> 'str | None':
    # An address without its port, which one proxy may tell and another not.
    if isinstance(told, tuple):
        told = told[0]
    return told and told.lower()
