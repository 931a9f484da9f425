# Knows the codes and reasons with which WebSockets are closed (RFC 6455 section 7.4). Must not know frames' heads.
from .payloads import PROTOCOL_ERROR, FrameError, text_of

NORMAL, GOING_AWAY, NO_CODE, ABNORMAL, SERVER_ERROR = 1000, 1001, 1005, 1006, 1011


def parse_close(payload: bytes) -> 'tuple[int, str]':
    """Return the code and the reason of a close frame (section 5.5.1); `FrameError` if it must not have them."""
    if not payload:
        return NO_CODE, ''
    code = int.from_bytes(payload[:2], 'big')
    if len(payload) < 2 or not is_close_code(code):
        raise FrameError(PROTOCOL_ERROR, 'the peer closes with an invalid code')
    return code, text_of(payload[2:])


def close_payload(code: int, reason: str = '') -> bytes:
    """Return the payload of a close frame; `ValueError` for a code that must not be sent, and a reason over 123 bytes."""
    if code == NO_CODE and not reason:
        return b''
    octets = reason.encode()
    if not is_close_code(code) or len(octets) > 123:
        raise ValueError('code %d and reason of %d bytes' % (code, len(octets)))
    return code.to_bytes(2, 'big') + octets


def is_close_code(code: int) -> bool:
    """Tell whether a code may be in a close frame (section 7.4): those that are registered, and the free ones."""
    return (1000 <= code <= 1014 and code not in (1004, NO_CODE, ABNORMAL)) or 3000 <= code <= 4999
