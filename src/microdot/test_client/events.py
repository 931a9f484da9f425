# Knows how a client reads the format text/event-stream (HTML standard, section 9.2.6). Must not know where it comes from.
import json

from ..wire.fields import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class EventReader:
    """Reads events from bytes, however these are cut.

    An event is a dictionary of `data` (`bytes`), `data_json` (None where the data is no JSON), `event` (the name of its type),
    `event_id` and `retry` (seconds), None where the event does not name them.
    """

    def __init__(self) -> None:
        self._begun = False
        self._after_cr = False  # a line feed that follows belongs to the line end before it
        self._rest = b''  # of a line that has not ended
        self._start()

    def _start(self) -> None:
        self._data: 'list[bytes]' = []
        self._event: 'dict[str, Any]' = {'data_json': None, 'event': None, 'event_id': None, 'retry': None}

    def feed(self, data: bytes) -> 'list[dict[str, Any]]':
        """Return the events that are complete with these bytes."""
        if not data:
            return []
        if self._after_cr and data[:1] == b'\n':
            data = data[1:]
            self._after_cr = False
        if data:
            self._after_cr = data[-1:] == b'\r'
        lines = (self._rest + data.replace(b'\r\n', b'\n').replace(b'\r', b'\n')).split(b'\n')
        self._rest = lines.pop()
        events = []
        for line in lines:
            if not self._begun and line[:3] == b'\xef\xbb\xbf':  # the byte order mark
                line = line[3:]
            self._begun = True
            if line:
                self._read_field(line)
                continue
            if self._data:
                events.append(self._finish())
            self._start()
        return events

    def _read_field(self, line: bytes) -> None:
        name, _, value = line.partition(b':')
        if value[:1] == b' ':
            value = value[1:]
        if name == b'data':
            self._data.append(value)
        elif name == b'event':
            self._event['event'] = text(value)
        elif name == b'id':
            if b'\0' not in value:
                self._event['event_id'] = text(value)
        elif name == b'retry' and value and not value.strip(b'0123456789'):
            self._event['retry'] = int(value) / 1000

    def _finish(self) -> 'dict[str, Any]':
        event = self._event
        event['data'] = b'\n'.join(self._data)
        try:
            event['data_json'] = json.loads(event['data'])
        except (ValueError, RuntimeError):  # RuntimeError: nested too deeply
            pass
        return event
