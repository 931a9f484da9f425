# Knows permessage-deflate (RFC 7692), without context takeover: what is agreed on, and how messages are compressed.
# For CPython, whose zlib does both. Must not know sockets, requests or handlers.
import zlib

from .payloads import TOO_LONG, FrameError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

COMPRESSED = 0x40  # the bit of the first byte of a message that is compressed

_LEAST = 64  # bytes of a message that is compressed; a shorter one hardly gets shorter
_END = b'\x00\x00\xff\xff'  # what a message is sent without (section 7.2.1)
_LAST = b'\x01\x00\x00\xff\xff'  # a block that says it is the last, with nothing in it (RFC 1951 section 3.2.4)


class Deflate:
    """Compresses and inflates messages, each on its own.

    :param bits: the size of the window with which is compressed, 9 to 15.
    """

    def __init__(self, bits: int = 15) -> None:
        self.bits = bits

    def deflate(self, payload: bytes) -> 'tuple[bytes, int]':
        """Return a message as it is to be sent, and the bits to set in the first byte of its frame."""
        if len(payload) < _LEAST:
            return payload, 0
        compressor = zlib.compressobj(wbits=-self.bits)
        data = compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH)
        return data[:-len(_END)], COMPRESSED

    def inflater(self, max_length: int) -> 'Callable[[bytes, bool], bytes]':
        """Return a function that inflates the pieces of one message.

        :param max_length: bytes of the message; 0 for any number.

        The function takes a piece and whether it is the last. It raises `FrameError` for what is longer, or malformed.
        """
        inflater = zlib.decompressobj(-15)
        inflated = 0

        def inflate(data: bytes, ends: bool) -> bytes:
            nonlocal inflated
            try:
                data = inflater.decompress(data, max_length and max_length - inflated + 1)
                if ends and not (inflater.unconsumed_tail or _has_ended(inflater)):
                    raise zlib.error
            except zlib.error:
                raise FrameError(1007, 'a message is not compressed as it should be') from None
            inflated += len(data)
            if max_length and inflated > max_length:
                raise FrameError(TOO_LONG, 'the message is too long')
            return data

        return inflate


def _has_ended(inflater: 'Any') -> bool:
    # Whether what was inflated is whole blocks, and the beginning of an empty one (section 7.2.1); this may be missing after a
    # block that says it is the last (section 7.2.3.4).
    if inflater.eof:
        return inflater.unused_data in (b'', b'\x00')
    return not inflater.decompress(_END + _LAST) and inflater.eof and not inflater.unused_data


def negotiate(offers: str) -> 'tuple[Deflate, str] | None':
    """Choose from what a client offers in the header Sec-WebSocket-Extensions (section 5).

    Returns what compresses, and the value of that header in the response; None if nothing that is offered will do.
    """
    for offer in offers.split(','):
        name, *parameters = [part.strip() for part in offer.split(';')]
        bits = _window(parameters) if name == 'permessage-deflate' else None
        if bits:
            agreed = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover'
            return Deflate(bits), agreed + ('; server_max_window_bits=%d' % bits if bits < 15 else '')
    return None


def _window(parameters: 'list[str]') -> 'int | None':
    # Returns the size of the server's window, None if the offer is malformed or cannot be met (section 7.1).
    bits = 15
    seen = set()
    for parameter in parameters:
        name, equals, value = parameter.partition('=')
        name = name.rstrip()
        value = value.strip().strip('"')
        if name in seen:
            return None
        seen.add(name)
        if name in ('server_no_context_takeover', 'client_no_context_takeover'):
            if equals:
                return None
        elif name == 'server_max_window_bits':
            if value not in _SIZES:
                return None
            bits = int(value)
        elif name != 'client_max_window_bits' or (equals and value != '8' and value not in _SIZES):
            return None
    return bits


_SIZES = ('9', '10', '11', '12', '13', '14', '15')  # zlib cannot compress with a window of 8 bits
