# Event streams. Sections are of the HTML standard.

# (name, section, arguments of event_bytes, what is written)
WRITTEN = [
    ('text', '9.2.6', {'data': 'hello'}, b'data: hello\n\n'),
    ('UTF-8', '9.2.5', {'data': 'caf\xe9 \u20ac'}, b'data: caf\xc3\xa9 \xe2\x82\xac\n\n'),
    ('bytes', '9.2.6', {'data': b'a\xffb'}, b'data: a\xffb\n\n'),
    ('bytearray', '9.2.6', {'data': bytearray(b'ab')}, b'data: ab\n\n'),
    ('memoryview', '9.2.6', {'data': memoryview(b'ab')}, b'data: ab\n\n'),
    ('dict', '9.2.6', {'data': {'a': 'b'}}, b'data: {"a": "b"}\n\n'),
    ('list', '9.2.6', {'data': [1, 'x', None]}, b'data: [1, "x", null]\n\n'),
    ('number', '9.2.6', {'data': 42}, b'data: 42\n\n'),
    ('None', '9.2.6', {'data': None}, b'data: None\n\n'),
    ('nothing', '9.2.6', {'data': ''}, b'data: \n\n'),
    ('leading space', '9.2.6', {'data': ' x'}, b'data:  x\n\n'),
    ('colon', '9.2.6', {'data': 'id: 5'}, b'data: id: 5\n\n'),
    ('NUL in data', '9.2.5', {'data': 'a\0b'}, b'data: a\0b\n\n'),
    ('LF', '9.2.5', {'data': 'a\nb'}, b'data: a\ndata: b\n\n'),
    ('CR', '9.2.5', {'data': 'a\rb'}, b'data: a\ndata: b\n\n'),
    ('CRLF', '9.2.5', {'data': b'a\r\nb'}, b'data: a\ndata: b\n\n'),
    ('every line end', '9.2.5', {'data': 'a\n\r\r\n\nb'}, b'data: a\ndata: \ndata: \ndata: \ndata: b\n\n'),
    ('line end at the end', '9.2.5', {'data': 'a\n'}, b'data: a\ndata: \n\n'),
    ('line end at the start', '9.2.5', {'data': '\ra'}, b'data: \ndata: a\n\n'),
    ('an event within data', '9.2.5', {'data': 'a\n\nevent: evil\ndata: b'},
     b'data: a\ndata: \ndata: event: evil\ndata: data: b\n\n'),
    ('other separators are text', '9.2.5', {'data': 'a\x0bb\x0cc\x85\u2028d'},
     b'data: a\x0bb\x0cc\xc2\x85\xe2\x80\xa8d\n\n'),
    ('event', '9.2.6', {'data': 'x', 'event': 'news'}, b'event: news\ndata: x\n\n'),
    ('empty event', '9.2.6', {'data': 'x', 'event': ''}, b'event: \ndata: x\n\n'),
    ('id', '9.2.6', {'data': 'x', 'event_id': 'id:1'}, b'id: id:1\ndata: x\n\n'),
    ('id that is a number', '9.2.6', {'data': 'x', 'event_id': 0}, b'id: 0\ndata: x\n\n'),
    ('empty id', '9.2.6', {'data': 'x', 'event_id': ''}, b'id: \ndata: x\n\n'),
    ('retry', '9.2.6', {'data': 'x', 'retry': 5}, b'retry: 5000\ndata: x\n\n'),
    ('retry at once', '9.2.6', {'data': 'x', 'retry': 0}, b'retry: 0\ndata: x\n\n'),
    ('retry of a fraction', '9.2.6', {'data': 'x', 'retry': 0.25}, b'retry: 250\ndata: x\n\n'),
    ('retry is rounded', '9.2.6', {'data': 'x', 'retry': 0.0619999}, b'retry: 62\ndata: x\n\n'),
    ('all', '9.2.6', {'data': 'x', 'event': 'e', 'event_id': 'i', 'retry': 1.5}, b'retry: 1500\nevent: e\nid: i\ndata: x\n\n'),
    ('comment', '9.2.5', {'data': 'x', 'comment': True}, b': x\n\n'),
    ('comment alone', '9.2.5', {'data': 'x', 'event': '\n', 'event_id': '\0', 'retry': -1, 'comment': True}, b': x\n\n'),
    ('comment of lines', '9.2.5', {'data': 'a\r\nb\rdata: c\n', 'comment': True}, b': a\n: b\n: data: c\n: \n\n'),
]

# (name, section, arguments of event_bytes that it refuses)
REFUSED = [
    (label + ' in ' + name, '9.2.6', {'data': 'x', name: 'a' + separator + 'b'})
    for name in ('event', 'event_id') for label, separator in (('LF', '\n'), ('CR', '\r'), ('CRLF', '\r\n'), ('NUL', '\0'))
] + [
    ('LF at the end', '9.2.6', {'data': 'x', 'event': 'a\n'}),
    ('LF alone', '9.2.6', {'data': 'x', 'event_id': '\n'}),
    ('negative retry', '9.2.6', {'data': 'x', 'retry': -0.001}),
    ('retry that is no number', '9.2.6', {'data': 'x', 'retry': float('nan')}),
    ('infinite retry', '9.2.6', {'data': 'x', 'retry': float('inf')}),
    ('retry below everything', '9.2.6', {'data': 'x', 'retry': float('-inf')}),
    ('True as retry', '9.2.6', {'data': 'x', 'retry': True}),
    ('False as retry', '9.2.6', {'data': 'x', 'retry': False}),
]


def event(data, event=None, event_id=None, retry=None, data_json=None):
    return {'data': data, 'data_json': data_json, 'event': event, 'event_id': event_id, 'retry': retry}


# (name, section, stream, the events in it)
READ = [
    ('event', '9.2.6', b'data: hello\n\n', [event(b'hello')]),
    ('CR', '9.2.5', b'event: e\rdata: hello\r\r', [event(b'hello', 'e')]),
    ('CRLF', '9.2.5', b'event: e\r\ndata: hello\r\n\r\n', [event(b'hello', 'e')]),
    ('mixed line ends', '9.2.5', b'data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\n', [event(b'a\nb\nc'), event(b'd')]),
    ('a line end of two is one', '9.2.5', b'data: a\r\ndata: b\r\n\r\n', [event(b'a\nb')]),
    ('byte order mark', '9.2.5', b'\xef\xbb\xbfdata: a\n\n', [event(b'a')]),
    ('byte order mark elsewhere', '9.2.5', b'data: a\n\n\xef\xbb\xbfdata: b\n\n', [event(b'a')]),
    ('one space is skipped', '9.2.6', b'data:  a\n\ndata:b\n\ndata:\tc\n\n', [event(b' a'), event(b'b'), event(b'\tc')]),
    ('three of the standard', '9.2.6', b'data\n\ndata\ndata\n\ndata:', [event(b''), event(b'\n')]),
    ('comments', '9.2.6', b': one\n\n:\ndata: a\n:two\n\n', [event(b'a')]),
    ('no data', '9.2.6', b'event: e\nid: 1\nretry: 5\n\ndata: a\n\n', [event(b'a')]),
    ('not complete', '9.2.6', b'data: a\n\ndata: b\n', [event(b'a')]),
    ('not complete after CR', '9.2.6', b'data: a\r', []),
    ('unknown fields', '9.2.6', b'x: y\nDATA: b\n data: c\ndata: a\n\n', [event(b'a')]),
    ('id with NUL', '9.2.6', b'id: a\0b\ndata: a\n\n', [event(b'a')]),
    ('empty id', '9.2.6', b'id\ndata: a\n\nid:\ndata: b\n\n', [event(b'a', event_id=''), event(b'b', event_id='')]),
    ('retry', '9.2.6', b'retry: 1500\ndata: a\n\n', [event(b'a', retry=1.5)]),
    ('retry that is none', '9.2.6', b'retry: 1s\nretry: -5\nretry: +5\nretry:\nretry: 1.5\ndata: a\n\n', [event(b'a')]),
    ('the last counts', '9.2.6', b'event: a\nevent: b\nid: 1\nid: 2\nretry: 1000\nretry: 2000\ndata: x\n\n',
     [event(b'x', 'b', '2', 2)]),
    ('JSON', '9.2.6', b'data: {"a":\ndata: [1]}\n\ndata: "x"\n\n',
     [event(b'{"a":\n[1]}', data_json={'a': [1]}), event(b'"x"', data_json='x')]),
    ('UTF-8', '9.2.5', b'event: caf\xc3\xa9\ndata: \xe2\x82\xac\n\n', [event(b'\xe2\x82\xac', 'caf\xe9')]),
]
