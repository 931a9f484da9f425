# Event streams as they are written, and as the test client reads them, however they are cut.

from event_rows import READ, REFUSED, WRITTEN
from rows import cuts
from tools import raises

from microdot.test_client.events import EventReader
from microdot.wire.events import event_bytes


def read(pieces):
    reader = EventReader()
    events = []
    for piece in pieces:
        events.extend(reader.feed(piece))
    return events


def test_written():
    for name, _, arguments, expected in WRITTEN:
        assert event_bytes(**arguments) == expected, name


def test_refused():
    for name, _, arguments in REFUSED:
        assert raises(ValueError, event_bytes, **arguments), name


def test_the_error_names_the_field():
    assert 'event' in str(raises(ValueError, event_bytes, 'x', event='\n'))
    assert 'id' in str(raises(ValueError, event_bytes, 'x', event_id='\n'))


def test_read():
    for name, _, data, expected in READ:
        for way, pieces in cuts(data):
            assert read(pieces) == expected, (name, way, read(pieces))


def test_an_event_is_read_with_its_last_byte():
    for stream in (b'data: a\n\n', b'data: a\r\r', b'data: a\r\n\r'):
        reader = EventReader()
        assert reader.feed(stream[:-1]) == []
        assert [event['data'] for event in reader.feed(stream[-1:])] == [b'a']


def test_no_bytes_change_nothing():
    assert read([b'data: a\r', b'', b'\n', b'', b'\r\n', b'']) == read([b'data: a\n\n'])


def test_what_is_written_is_read():
    for name, _, arguments, written in WRITTEN:
        if arguments.get('comment'):
            assert read([written]) == [], name
            continue
        event, = read([written])
        data = arguments['data']
        if isinstance(data, (dict, list)):
            assert event['data_json'] == data, name
        else:
            data = str(data).encode() if data is None or isinstance(data, (str, int)) else bytes(data)
            assert event['data'] == data.replace(b'\r\n', b'\n').replace(b'\r', b'\n'), name
        assert event['event'] == arguments.get('event'), name
        event_id = arguments.get('event_id')
        assert event['event_id'] == (None if event_id is None else str(event_id)), name
        retry = arguments.get('retry')
        assert event['retry'] == (None if retry is None else round(retry * 1000) / 1000), name
