"""A web framework for CPython and MicroPython."""

from .core.app import Microdot as Microdot
from .core.compat import iscoroutine as iscoroutine
from .core.errors import HTTPException as HTTPException
from .core.multidict import MultiDict as MultiDict
from .core.multidict import NoCaseDict as NoCaseDict
from .core.request import Request as Request
from .core.response import Response as Response
from .core.routing import URLPattern as URLPattern
from .core.streams import AsyncBytesIO as AsyncBytesIO
from .core.urls import urldecode as urldecode
from .core.urls import urlencode as urlencode

__version__ = '3.0.0.dev0'

abort = Microdot.abort
redirect = Response.redirect
send_file = Response.send_file
