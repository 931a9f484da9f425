# Knows what is rare in a request's head: targets that are not a path, hosts that are not a plain name, and lengths beyond
# a line's.
# Must not know sockets, requests, responses or the application.
from ..core.errors import HTTPException
from .http11 import DIGITS, NAME, bad_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .http11 import Buffer, Limits

_HEXADECIMAL = b'0123456789abcdefABCDEF'


def check_lengths(buffer: 'Buffer', start: int, end: int, limits: 'type[Limits]', searched: int, complete: bool) -> None:
    """Raise a 414 or 431 `HTTPException` if a head, or as much of it as has come, is too long."""
    longest = limits.max_readline
    if searched - start <= longest and buffer.find(b'\n', start, start + longest + 2) < 0:
        raise HTTPException(414, 'URL too long')
    if end - start > limits.max_head_length or (complete and max(map(len, buffer[start:end].split(b'\n'))) > longest + 1):
        raise HTTPException(431, 'Headers too long')


def path_of(method: bytes, target: bytes, block: bytes) -> 'tuple[bytes, bytes]':
    """Return path and query of a target in absolute form, or one in asterisk or authority form (RFC 9112 section 3.2).

    :param block: the header block. It is returned, too, with the authority of an absolute form as the host.
    """
    scheme, _, rest = target.partition(b'://')
    if rest and scheme.lower() in (b'http', b'https') and method != b'CONNECT':
        size = min(len(rest.partition(mark)[0]) for mark in (b'/', b'?', b'#'))
        user, _, authority = rest[:size].rpartition(b'@')
        # RFC 9110 4.2.1: the host is not empty.
        if authority[:1] not in (b'', b':') and is_authority(authority) and _is_name(user.replace(b':', b'')):
            start = block.lower().find(b'\nhost:') + 1
            if start:  # RFC 9112 3.2.2: what the client sends there is ignored
                end = block.find(b'\n', start)
                block = block[:start] + b'Host: ' + authority + block[end - 1 if block[end - 1:end] == b'\r' else end:]
            return rest[size:] if rest[size:size + 1] == b'/' else b'/' + rest[size:], block
    elif (method == b'CONNECT' and _has_port(target) and is_authority(target)) or (method == b'OPTIONS' and target == b'*'):
        return target, block
    raise bad_request()


def is_authority(text: bytes) -> bool:
    """Tell whether a text is a host and perhaps a port (RFC 3986 sections 3.2.2 and 3.2.3)."""
    if text[:1] == b'[':
        literal, bracket, rest = text[1:].partition(b']')
        before, _, port = rest.partition(b':')
        if not bracket or before or not _is_literal(literal):
            return False
    else:
        name, _, port = text.partition(b':')
        if not _is_name(name):
            return False
    return not port.strip(DIGITS)


def _has_port(text: bytes) -> bool:
    return text.rpartition(b']')[2].partition(b':')[2] != b''


def _is_name(text: bytes) -> bool:
    # Letters and the like, and octets that are percent-encoded.
    plain, *rest = text.split(b'%')
    for encoded in rest:
        if len(encoded) < 2 or not _is_hexadecimal(encoded[:2]):
            return False
        plain += encoded[2:]
    return not plain.strip(NAME)


def _is_literal(text: bytes) -> bool:
    if text[:1] in (b'v', b'V'):
        version, _, address = text[1:].partition(b'.')
        return _is_hexadecimal(version) and address != b'' and not address.strip(NAME + b':')
    return _is_ipv6(text)


def _is_ipv6(text: bytes) -> bool:
    head, gap, tail = text.partition(b'::')  # the gap stands for one or more groups of zeros
    groups = head.split(b':') if head else []
    if tail:
        groups += tail.split(b':')
    if groups and b'.' in groups[-1] and text.endswith(groups[-1]):  # an IPv4 address is two groups
        octets = groups.pop().split(b'.')
        if len(octets) != 4 or not all(_is_decimal_octet(octet) for octet in octets):
            return False
        groups += [b'0', b'0']
    if not all(len(group) < 5 and _is_hexadecimal(group) for group in groups):
        return False
    return len(groups) < 8 if gap else len(groups) == 8


def _is_decimal_octet(digits: bytes) -> bool:
    return 0 < len(digits) < 4 and not digits.strip(DIGITS) and digits == b'%d' % int(digits) and int(digits) < 256


def _is_hexadecimal(digits: bytes) -> bool:
    return digits != b'' and not digits.strip(_HEXADECIMAL)
