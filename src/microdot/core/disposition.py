# Knows how a response tells under which name it is to be saved (RFC 6266). Must not know files.
from ..wire.fields import check_text

_PLAIN = b"!#$&+-.^_`|~" + b'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'  # attr-char of RFC 8187


def attachment(name: str) -> str:
    """Return the value of the header Content-Disposition for a file to be saved.

    :param name: under which name; slashes and backslashes become underscores, as it is a name and not a path.

    Raises `ValueError` for control characters.
    """
    check_text('download_name', name)
    name = name.replace('/', '_').replace('\\', '_')
    # RFC 6266 appendix D: what clients read in different ways is left out of the plain form, which the other follows.
    plain = ''.join([c if 32 <= ord(c) < 127 and c not in '"%' else '_' for c in name])
    value = 'attachment; filename="' + plain + '"'
    if plain != name:
        value += "; filename*=UTF-8''" + ''.join([
            chr(octet) if octet in _PLAIN else '%%%02X' % octet for octet in name.encode()])
    return value
