# Knows how text is written in URLs and forms. Must not know requests.
from .input_errors import MalformedInput
from .multidict import MultiDict

_ESCAPED = b'%+ ?#&='


def urldecode(s: 'str | bytes') -> str:
    """Decode percent-encoded text in which a plus sign stands for a space.

    :param s: the encoded text, `str` or `bytes`.

    A `%` before another `%` or at the end stands for itself. Raises an `HTTPException` with status 400, which is a
    `ValueError` as well on CPython, for other escapes that are not two hexadecimal digits and for bytes that are not UTF-8.

    Example::

        urldecode('a+b%21') == 'a b!'
    """
    data = s.encode() if isinstance(s, str) else s
    return unquote(data.replace(b'+', b' '))


def unquote(data: bytes) -> str:
    """Decode percent-encoded bytes (RFC 3986 section 2.1), a plus sign standing for itself."""
    if data.find(b'%') >= 0:
        parts = data.split(b'%')
        for i in range(1, len(parts)):
            part = parts[i]
            # COMPAT: an empty escape is a percent sign.
            parts[i] = _octet(part[:2]) + part[2:] if part else b'%'
        data = b''.join(parts)
    try:
        return data.decode()
    except UnicodeError:
        raise MalformedInput(400, 'Text that is not UTF-8') from None


def _octet(digits: bytes) -> bytes:
    # int() also takes signs, spaces and underscores.
    if len(digits) == 2 and not digits.strip(b'0123456789abcdefABCDEF'):
        return bytes((int(digits, 16),))
    raise MalformedInput(400, 'Malformed percent-encoding')


def urlencode(s: str) -> str:
    """Encode text as a value of a query string.

    :param s: the text. A space becomes `+`; `+`, `%`, `?`, `#`, `&` and `=` are percent-encoded, as is
              everything that is not visible ASCII.

    Example::

        urlencode('?a=b c') == '%3Fa%3Db+c'
    """
    encoded = []
    for octet in s.encode():
        if octet == 32:
            encoded.append('+')
        elif octet in _ESCAPED or not 32 < octet < 127:
            encoded.append('%%%02X' % octet)
        else:
            encoded.append(chr(octet))
    return ''.join(encoded)


def parse_pairs(data: 'str | bytes') -> MultiDict:
    """Decode a query string or a URL-encoded form (the URL standard, section 5.1).

    :param data: `name=value` pairs joined by `&`. A name alone has the value `''`; empty pairs are skipped.

    Raises an `HTTPException` with status 400, which is a `ValueError` as well on CPython.
    """
    form = MultiDict()
    if isinstance(data, str):
        data = data.encode()
    for pair in data.replace(b'+', b' ').split(b'&'):
        if pair:
            name, _, value = pair.partition(b'=')
            form[unquote(name)] = unquote(value)
    return form
