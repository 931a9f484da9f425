# Knows which origins (RFC 6454) are trusted with requests. Must not know which requests need that.
from ..core.hooks import vary_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .. import Request
    from . import CSRF

_LABELS = 'abcdefghijklmnopqrstuvwxyz0123456789-_.'


def is_trusted(csrf: 'CSRF', request: 'Request', site: 'str | None') -> bool:
    """Tell whether the origin of a request is trusted with it.

    :param site: the header `Sec-Fetch-Site`; without it the origins of the request's own host count.
    """
    vary_on(request, 'Origin')
    origin = request.headers.get('Origin')
    if origin is None and not site:
        return True  # no browser, or one too old to be defended here
    if not origin or '://' not in origin:  # `null` is what browsers keep to themselves
        return False
    trusted = [] if site else own_origins(request)
    if csrf.cors:
        from ..cors import listed

        trusted += listed(csrf.cors.allowed_origins or ())
    for one in trusted:
        if origin == one or (csrf.allow_subdomains and is_subdomain(origin, one)):
            return True
    return False


def own_origins(request: 'Request') -> 'list[str]':
    """Return the origins of the pages that a request's host may have.

    Over TLS that is one. Without it there may be a proxy that has it.
    """
    host = request.headers.get('Host', '').lower()
    origins = []
    for scheme, port in (('https://', ':443'), ('http://', ':80')):
        if host and not (scheme == 'http://' and request.scheme in ('https', 'wss')):
            origins.append(scheme + (host[:-len(port)] if host.endswith(port) else host))
    return origins


def is_subdomain(origin: str, parent: str) -> bool:
    """Tell whether an origin is one of a subdomain of another origin's host, with the same scheme and port."""
    scheme, separator, host = parent.partition('://')
    start, end = scheme + separator, '.' + host
    labels = origin[len(start):-len(end)]
    return bool(
        separator and host and labels and origin.startswith(start) and origin.endswith(end)
        and not labels.strip(_LABELS))
