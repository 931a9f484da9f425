"""A web framework for CPython and MicroPython."""

from .core.compat import load

load('wire.http11', 'core.request', 'core.response', 'core.dispatch', 'core.app')

from .core.app import Microdot as Microdot  # noqa: E402
from .core.errors import HTTPException as HTTPException  # noqa: E402
from .core.request import Request as Request  # noqa: E402
from .core.response import Response as Response  # noqa: E402
from .core.routing import URLPattern as URLPattern  # noqa: E402

__version__ = '3.0.0.dev0'

abort = Microdot.abort
redirect = Response.redirect
send_file = Response.send_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.compat import iscoroutine as iscoroutine
    from .core.multidict import MultiDict as MultiDict, NoCaseDict as NoCaseDict
    from .core.streams import AsyncBytesIO as AsyncBytesIO
    from .core.urls import urldecode as urldecode, urlencode as urlencode
else:

    def __getattr__(name):
        # The rooms of these names are loaded when somebody asks for one.
        room = {
            'AsyncBytesIO': 'streams', 'MultiDict': 'multidict', 'NoCaseDict': 'multidict', 'iscoroutine': 'compat',
            'urldecode': 'urls', 'urlencode': 'urls',
        }.get(name)
        if room is None:
            from .core.compat import SMALL

            if SMALL and name[:1] != '_':
                # UPY: `from microdot import sse` asks here first, and does not look for the module itself.
                try:
                    return __import__('microdot.' + name, None, None, (name,))
                except ImportError:
                    pass
            raise AttributeError(name)
        return getattr(__import__('microdot.core.' + room, None, None, (name,)), name)
