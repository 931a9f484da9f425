# The examples of what goes on for longer.

import itertools
import json
import struct

import httpx
import pytest
from websockets.sync.client import connect

from microdot.test_client.events import EventReader


def events(served, path):
    """Iterate over (event, data) of a stream; closing the clients of the process ends it."""
    client = served.client()
    client.ask('GET', path)
    assert client.head().headers['content-type'] == 'text/event-stream'
    reader = EventReader()
    for chunk in client.chunks():
        for event in reader.feed(chunk):
            yield event['event'], event['data'].decode()


@pytest.mark.example('streaming')
def test_streaming_answers(served):
    with served.client() as client:
        numbers = client.get('/fibonacci/300')
        assert numbers.framing == 'chunked'
        numbers = [int(line) for line in numbers.body.split()]
        assert len(numbers) == 300
        assert numbers[:8] == [0, 1, 1, 2, 3, 5, 8, 13]
        assert all(a + b == c for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False))
        client.ask('GET', '/countdown')
        client.head()
        assert list(client.chunks()) == [b'%d\n' % number for number in range(10, -1, -1)]


@pytest.mark.example('streaming')
def test_streaming_requests(client):
    pieces = [b'x' * 10_000] * 100
    assert client.put('/size', content=iter(pieces)).text == '1000000 bytes\n'
    assert client.put('/size', content=b''.join(pieces)).text == '1000000 bytes\n'
    assert client.put('/size', content=b'').text == '0 bytes\n'


@pytest.mark.example('video')
def test_video(served, client):
    assert '<img src="/video"' in client.get('/').text
    pictures = set()
    with client.stream('GET', '/video') as response:
        kind, _, boundary = response.headers['content-type'].partition('; boundary=')
        assert kind == 'multipart/x-mixed-replace'
        data = b''
        for chunk in response.iter_raw():
            data += chunk
            while data.count(b'--' + boundary.encode()) > 1:
                _, part, data = data.split(b'--' + boundary.encode() + b'\r\n', 2)
                data = b'--' + boundary.encode() + b'\r\n' + data
                head, _, picture = part.partition(b'\r\n\r\n')
                assert head == b'Content-Type: image/bmp\r\nContent-Length: %d' % (len(picture) - 2)
                pictures.add(picture.removesuffix(b'\r\n'))
            if len(pictures) >= 3:
                break
    for picture in pictures:
        mark, size, _, start = struct.unpack('<2sIII', picture[:14])
        assert (mark, size) == (b'BM', len(picture))
        assert sorted(set(picture[start:])) == [0, 1]
        assert 400 < picture[start:].count(1) < 500, 'the ball is whole'


@pytest.mark.example('uploads')
def test_uploads(served, client):
    assert client.get('/files').json() == []
    large = bytes(range(256)) * 20_000
    files = [('file', ('../notes.txt', b'Dear Jane')), ('file', ('large.bin', large)), ('note', (None, 'no file'))]
    response = client.post('/files', files=files)
    assert (response.status_code, response.json()) == (201, {'saved': ['notes.txt', 'large.bin']})
    assert client.get('/files').json() == ['large.bin', 'notes.txt']
    received = served.folder / 'uploads/received'
    assert {path.name: path.read_bytes() for path in received.iterdir()} == {'notes.txt': b'Dear Jane', 'large.bin': large}
    assert client.post('/files', content=b'', headers={'Content-Type': 'multipart/form-data; boundary=B'}).status_code == 400


@pytest.mark.example('chat')
def test_chat(served, client):
    assert '<form id="talk"' in client.get('/').text
    talk = f'ws://127.0.0.1:{served.port}/talk?name='
    with connect(talk + 'Emma', compression=None) as emma, connect(talk + 'Jane', compression=None) as jane:
        emma.send('<b>hello</b>')
        for socket in (emma, jane):
            assert json.loads(socket.recv(10)) == {'name': 'Emma', 'text': '<b>hello</b>'}
        jane.send(' ')
        jane.send('hello yourself')
        for socket in (emma, jane):
            assert json.loads(socket.recv(10)) == {'name': 'Jane', 'text': 'hello yourself'}
    here = events(served, '/here?name=Emma')
    assert next(here) == ('members', '["Emma"]')
    there = events(served, '/here?name=Jane')
    assert json.loads(next(there)[1]) in (['Emma', 'Jane'], ['Jane', 'Emma'])
    assert ('join', '"Jane"') in itertools.islice(here, 3)
    served.clients[-1].close()
    assert ('leave', '"Jane"') in itertools.islice(here, 3)


@pytest.mark.example('dashboard')
def test_dashboard(served, client):
    assert "new EventSource('/events')" in client.get('/').text
    stream = events(served, '/events')
    told = [next(stream) for _ in range(4)]
    measured = [json.loads(data) for name, data in told if name == 'measured']
    assert len(measured) >= 2
    for each in measured:
        assert 17 <= each['degrees'] <= 25
        assert 45 <= each['humidity'] <= 75
    windows = next(data for name, data in told if name == 'windows')
    assert windows == ('open' if measured[0]['degrees'] > 21 else 'closed')


@pytest.mark.example('sampler')
def test_sampler(served, client):
    while (first := client.get('/').json())['count'] == 0:
        pass
    while (later := client.get('/').json())['count'] == first['count']:
        pass
    assert later['count'] == first['count'] + 1
    assert 0 <= later['last'] < 10
    assert 0 <= later['mean'] < 10
    with httpx.Client(trust_env=False) as other:
        assert other.post(f'http://127.0.0.1:{served.port}/stop').text == 'The server ends when this was sent.'
    client.close()
    assert served.ends() == 0
    assert served.says(r'[2-9]\d* samples were left')
