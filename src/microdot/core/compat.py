# Knows every difference between the two Pythons, and makes each fork by asking for the feature.
# Must not know HTTP.
import asyncio
import time

INFO, WARNING, ERROR = 20, 30, 40  # the levels of the standard library's logging

# A Python without asyncio's protocols is a small machine's: small limits, no threads.
SMALL = not hasattr(asyncio, 'Protocol')

TYPE_CHECKING = False
if TYPE_CHECKING or not SMALL:
    from .cpython import (
        Late as Late,
        caller_in_loop as caller_in_loop,
        compare_digest as compare_digest,
        decode_utf8 as decode_utf8,
        elapsed as elapsed,
        file_status as file_status,
        find_file as find_file,
        future_maker as future_maker,
        hmac_sha256 as hmac_sha256,
        in_thread as in_thread,
        incomplete_read as incomplete_read,
        invoke_handler as invoke_handler,
        is_async as is_async,
        is_cancelled as is_cancelled,
        is_function as is_function,
        iscoroutine as iscoroutine,
        load as load,
        log as log,
        mro as mro,
        on_signals as on_signals,
        open_file as open_file,
        parse_json as parse_json,
        pbkdf2_sha256 as pbkdf2_sha256,
        peer_address as peer_address,
        print_exception as print_exception,
        scrypt as scrypt,
        shield as shield,
        temporary_file as temporary_file,
        thread_pool as thread_pool,
        ticks as ticks,
        verbose as verbose,
        wraps as wraps,
    )
else:
    from .micropython import (
        Late as Late,
        in_thread as in_thread,
        invoke_handler as invoke_handler,
        is_async as is_async,
        iscoroutine as iscoroutine,
        load as load,
        log as log,
        peer_address as peer_address,
        print_exception as print_exception,
    )

    def __getattr__(name):
        return getattr(__import__('microdot.core.micropython_rest', None, None, (name,)), name)


def gmtime(seconds: 'int | None' = None) -> 'tuple[int, ...]':
    """Return (year, month, day, hour, minute, second, weekday, day of the year) in UTC."""
    return tuple(time.gmtime() if seconds is None else time.gmtime(seconds))[:8]


def http_date(fields: 'tuple[int, ...]') -> str:
    """Format a time tuple as RFC 9110 section 5.6.7 wants dates."""
    return '%s, %02d %s %d %02d:%02d:%02d GMT' % (
        'MonTueWedThuFriSatSun'[fields[6] * 3:][:3], fields[2],
        'JanFebMarAprMayJunJulAugSepOctNovDec'[fields[1] * 3 - 3:][:3], fields[0], fields[3], fields[4], fields[5])
