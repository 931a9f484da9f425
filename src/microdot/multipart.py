# Knows forms with files as an application receives them: part by part, or all at once. Must not know the format of
# forms, or how files are written.
from .core.compat import SMALL, invoke_handler
from .core.streams import AsyncBytesIO
from .wire.formdata import FormData, boundary_of, decode, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any, ClassVar

    from . import Request

    _Dict = dict[str, Any]
else:
    _Dict = dict
if TYPE_CHECKING or not SMALL:
    from .core.decorators import replace
    from .core.uploads import UploadRest
else:
    from .core.compat import Late as UploadRest


class FileUpload(UploadRest):
    """A file of a form.

    :param filename: the name that the client gave, which may be anything.
    :param content_type: the media type that the client gave, None if it gave none.
    :param read: a coroutine function that reads a number of bytes.

    Attributes: these two, and `secure_filename`. Of the class: `max_memory_size`, the bytes from which on `copy` uses a
    temporary file, 1 KiB.

    Example::

        await upload.save('uploads')
    """

    max_memory_size: 'ClassVar[int]' = 1024
    rest = 'core.uploads'
    file: 'Any' = None  # the temporary file

    def __init__(self, filename: str, content_type: 'str | None', read: 'Callable[[int], Awaitable[bytes]]') -> None:
        self.filename = filename
        self.content_type = content_type
        self.reader: 'Any' = read

    async def read(self, n: int = -1) -> bytes:
        """Read bytes, all that are left if `n` is negative; fewer than `n` come only at the end of the file.

        Raises `ValueError` when the iterator has gone on to the next part, and after `close`; and while the form is still
        being received, what `FormDataIter` raises.
        """
        if not self.reader:
            self.refuse()
        return await self.reader(n)  # type: ignore[no-any-return]

    async def save(self, path_or_file: 'Any') -> None:
        """Write what is left of the file; on CPython in a thread.

        :param path_or_file: the path of a folder that is there, in which the file is named `secure_filename`; the path of the
                             file; or a file open for writing bytes, which stays open.

        Raises `OSError`, what `read` raises, and `HTTPException` 400 for the path of a file that ends with `filename` where that
        is absolute or has `..` in it, or with the two or more names that follow the last `..` (as in a path that was
        normalized), or that has NUL in it. What was written stays, whatever happens.
        """
        await self.save_to(path_or_file, FormDataIter.buffer_size)

    async def copy(self, max_memory_size: 'int | None' = None) -> 'FileUpload':
        """Copy what is left of the file, so that it can be read when the iterator has gone on; returns the same object.

        :param max_memory_size: the bytes from which on the copy is a temporary file; the attribute of the class if None.

        The temporary file is in the system's folder for such, and is gone after `close`. Raises what `save` does.
        """
        most = self.max_memory_size if max_memory_size is None else max_memory_size
        data = await self.read(most)
        if len(data) < most:
            self.reader = AsyncBytesIO(data).read
        else:
            await self.copy_to_file(data, FormDataIter.buffer_size)
        return self

    async def close(self) -> None:
        """Delete the copy, if there is one."""
        self.reader = None
        if self.file:
            await self.close_file()


class FormDataIter:
    """Iterates over the parts of a form with files (RFC 7578) while it is received.

    :param request: the request.

    It gives pairs of a name and a value: a `str` for a field, a `FileUpload` for a file. What is not read of a file
    is skipped by the next step. Nothing comes of a request whose type is not `multipart/form-data`.

    The limits are attributes of the class, read whenever they are used:

    - `buffer_size`: bytes asked of the client at once, 64 KiB (MicroPython: 256).
    - `max_parts`: number of parts, 100 (MicroPython: 16); 413.
    - `max_fields_length`: bytes of all fields, which are kept in memory, 512 KiB (MicroPython: 16 KiB); 413.
    - `max_headers`: number of headers of a part, 8; 413.
    - `max_readline`: bytes of one of them, 1 KiB; 413.
    - `max_boundary`: bytes of the boundary, 70 (RFC 2046 section 5.1.1); 400.

    The form as a whole is bounded by `Request.max_content_length`.

    Raises `HTTPException`: 413 for these limits, 400 for a form that does not parse or is cut off, which is a `ValueError`
    too on CPython.

    Example::

        async for name, value in FormDataIter(request):
            if isinstance(value, FileUpload):
                await value.save('uploads')
    """

    buffer_size: 'ClassVar[int]' = 256 if SMALL else 64 * 1024
    max_parts: 'ClassVar[int]' = 16 if SMALL else 100
    max_fields_length: 'ClassVar[int]' = (16 if SMALL else 512) * 1024
    max_headers: 'ClassVar[int]' = 8
    max_readline: 'ClassVar[int]' = 1024
    max_boundary: 'ClassVar[int]' = 70

    def __init__(self, request: 'Request') -> None:
        self.request = request
        self.boundary = boundary_of(request.content_type or '', self)
        self.buffer = FormData(self.boundary, self) if self.boundary else None  # None if it is not such a form
        self._file: 'FileUpload | None' = None
        self._kept = 0  # bytes of fields

    def __aiter__(self) -> 'FormDataIter':
        return self

    async def __anext__(self) -> 'tuple[str, str | FileUpload]':
        form = self.buffer
        if form is None:
            raise StopAsyncIteration
        if self._file and self._file.reader == self._read:  # there is no copy
            self._file.reader = None
        while await self._next(form.data, -1):  # the preamble, or what nobody has read
            pass
        part = await self._next(form.part)
        if part is None:
            raise StopAsyncIteration
        name, filename, content_type = part
        if filename is not None:
            self._file = FileUpload(filename, content_type, self._read)
            return name, self._file
        most = self.max_fields_length - self._kept
        value = await self._read(most + 1)
        if len(value) > most:
            raise refusal(413)
        self._kept += len(value)
        return name, decode(value)

    async def _read(self, n: int) -> bytes:
        form: 'Any' = self.buffer
        pieces = []
        while n:
            data = await self._next(form.data, n)
            if not data:
                break
            pieces.append(data)
            n -= len(data)
        return b''.join(pieces)

    async def _next(self, step: 'Callable[..., Any]', *args: int) -> 'Any':
        # Feeds the form until a step of it gives something, or cannot give any more.
        form: 'Any' = self.buffer
        while True:
            result = step(*args)
            if result or form.ended:
                return result
            try:
                data = await self.request.stream.read(self.buffer_size)
            except EOFError:
                data = b''
            form.feed(data)


class Values(_Dict):
    """The fields or the files of a form: a dictionary of the last value of each name.

    :param pairs: names and values as they were sent.
    """

    def __init__(self, pairs: 'list[tuple[str, Any]]') -> None:
        super().__init__(pairs)
        self.pairs = pairs

    def getlist(self, key: str, type: 'Callable[[Any], Any] | None' = None) -> 'list[Any]':
        """Return all values of a name in the order in which they were sent, `[]` if there is none.

        :param type: converts each value; what it raises is not caught.
        """
        values = []
        for name, value in self.pairs:
            if name == key:
                values.append(type(value) if type else value)
        return values


def with_form_data(f: 'Callable[..., Any]') -> 'Callable[..., Any]':
    """Decorate a handler for which forms with files are received: `request.form` and `request.files` are dictionaries of
    the last value of each name, with `getlist(name)` for all of them. The files are `FileUpload` objects, which are closed
    after the handler. For requests that are not such forms both are what they are without the decorator.

    The limits, and what they are answered with, are those of `FormDataIter`, and `FileUpload.max_memory_size`.

    Example::

        @app.post('/upload')
        @with_form_data
        async def upload(request):
            for file in request.files.getlist('file'):
                await file.save('uploads')
            return request.form['title']
    """

    async def wrapper(request: 'Request', *args: 'Any', **kwargs: 'Any') -> 'Any':
        parts = FormDataIter(request)
        if parts.buffer is None:
            return await invoke_handler(f, request, *args, **kwargs)
        form: 'list[Any]' = []
        files: 'list[Any]' = []
        try:
            async for name, value in parts:
                if isinstance(value, FileUpload):
                    files.append((name, value))
                    await value.copy()
                else:
                    form.append((name, value))
            request.form = Values(form)
            request.files = Values(files)
            return await invoke_handler(f, request, *args, **kwargs)
        finally:
            for _, upload in files:
                await upload.close()

    return wrapper if SMALL else replace(f, wrapper)
