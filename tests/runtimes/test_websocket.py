# WebSockets on every runtime that serves by sockets: with clients of other projects, and with frames that no client sends.
# Must not know how a server is built.

import asyncio
import contextlib
import time

import aiohttp
import pytest
from frame_rows import CLOSING, FRAGMENTED, HEADS, UTF_8, WHOLE
from rows import INCOMPLETE
from tests.runtimes.test_behaviour import secure, settle  # noqa: F401 - the first is a fixture
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK
from websockets.sync.client import connect

from microdot.wire.closing import close_payload
from microdot.wire.frames import BINARY, CLOSE, PING, PONG, TEXT, FrameReader, frame

KEY = b'\x0a\x0b\x0c\x0d'
HANDSHAKE = {'Upgrade': 'websocket', 'Connection': 'Upgrade', 'Sec-WebSocket-Version': '13',
             'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ=='}
DEADLINE = 15


@pytest.fixture
def opened(server):
    """Give a function that opens a WebSocket with a client of another project."""
    connections = []

    def opened(path, **options):
        connections.append(connect(f'ws://127.0.0.1:{server.port}{path}', open_timeout=DEADLINE, close_timeout=DEADLINE,
                                   **{'compression': None, 'max_size': None, **options}))
        return connections[-1]

    yield opened
    for connection in connections:
        connection.close()


def events(server, key, *words):
    """Return what the handler tells, once these words are among it."""
    return [event for event in server.events(key, *words) if not event.startswith('responded')]


class Raw:
    """A WebSocket over a plain socket, for what a good client does not do."""

    def __init__(self, server, path, data=b'', **options):
        self.client = server.client(**options)
        lines = [f'GET {path} HTTP/1.1', 'Host: localhost', *[f'{name}: {value}' for name, value in HANDSHAKE.items()]]
        self.client.send('\r\n'.join([*lines, '', '']).encode() + data)
        assert self.client.head().status == 101
        self.frames = FrameReader(0, False)

    def send(self, *messages):
        for message in messages:
            text = isinstance(message, str)
            self.client.send(frame(TEXT if text else BINARY, message.encode() if text else message, KEY))

    def receive(self):
        """Return the next frame of the server, None at the end."""
        while not (found := self.frames.next()):
            data = self.client.receive()
            if not data:
                return None
            self.frames.feed(data)
        return found


# Clients of other projects.

def test_an_echo_with_websockets(opened):
    with opened('/ws/echo') as client:
        for message in ('seed', b'\x00\xff', '', b'', 'gr\u00fc\u00df \U0001f600', 'm' * 125, 'm' * 126, b'm' * 16384):
            client.send(message)
            assert client.recv(DEADLINE) == message
        client.send(['frag', '', 'ments'])
        assert client.recv(DEADLINE) == 'fragments'
        assert client.ping('there?').wait(DEADLINE)
        client.close(4000, 'enough')
    assert client.protocol.close_rcvd.code == 4000


def test_an_echo_with_aiohttp(server, runtime):
    async def talk():
        async with aiohttp.ClientSession() as session, session.ws_connect(
                f'http://127.0.0.1:{server.port}/ws/options', protocols=['v1'], compress=15, origin='http://garden') as client:
            assert client.protocol == 'v1'
            assert bool(client.compress) is not runtime.small
            for message in ('seed', 'm' * 5000, ''):
                await client.send_str(message)
                assert await client.receive_str() == message
            await client.send_bytes(b'b' * 5000)
            assert await client.receive_bytes() == b'b' * 5000
            await client.ping()
            await client.send_str('end')
            assert (await client.receive()).type == aiohttp.WSMsgType.CLOSE
            return client.close_code

    assert asyncio.run(asyncio.wait_for(talk(), DEADLINE)) == 1000


def test_compression_with_websockets(opened, runtime):
    with opened('/ws/options', compression='deflate', subprotocols=['v1', 'v2']) as client:
        assert client.subprotocol == 'v2'
        assert len(client.protocol.extensions) == (0 if runtime.small else 1)
        for message in ('seed', 'leaf ' * 3000, b'\x00' * 16384, ''):
            client.send(message)
            assert client.recv(DEADLINE) == message


def test_many_at_once(server):
    async def talk(number):
        async with aiohttp.ClientSession() as session, session.ws_connect(f'http://127.0.0.1:{server.port}/ws/echo') as client:
            for turn in range(20):
                await client.send_str(f'{number} {turn}')
                assert await client.receive_str(timeout=DEADLINE) == f'{number} {turn}'

    async def main():
        await asyncio.gather(*[talk(number) for number in range(6)])

    asyncio.run(asyncio.wait_for(main(), DEADLINE))


@pytest.mark.parametrize('code', [1000, 1008, 3000, 4999])
def test_codes_of_the_server(opened, code):
    with opened(f'/ws/close/{code}') as client:
        assert client.recv(DEADLINE) == 'bye'
        with pytest.raises(ConnectionClosedOK if code == 1000 else ConnectionClosedError):
            client.recv(DEADLINE)
        assert (client.protocol.close_rcvd.code, client.protocol.close_rcvd.reason) == (code, 'because')


def test_an_error_of_the_handler(opened, server):
    with opened('/ws/error') as client, pytest.raises(ConnectionClosedError):
        client.recv(DEADLINE)
    assert client.protocol.close_rcvd.code == 1011
    server.said('ZeroDivisionError: an error of a WebSocket')


def test_an_upgrade_without_the_decorator(opened):
    with opened('/ws/plain') as client:
        client.send('one')
        assert client.recv(DEADLINE) == 'one'
        with pytest.raises(ConnectionClosedOK):
            client.recv(DEADLINE)


def test_tls(secure):  # noqa: F811 - a fixture
    with connect(f'wss://localhost:{secure.port}/ws/echo', ssl=secure.tls, compression=None) as client:
        for message in ('seed', b'm' * 16384):
            client.send(message)
            assert client.recv(DEADLINE) == message


# The wire.

ROWS = [row for table in (WHOLE, FRAGMENTED, HEADS, CLOSING, UTF_8) for row in table if INCOMPLETE not in row[3]]


def answers(told):
    """Return what an echo sends for what a client says."""
    sent = []
    for one in told:
        if isinstance(one, int):
            sent.append((CLOSE, one))
        elif one[0] == CLOSE:
            sent.append((CLOSE, one[1][0]))
        elif one[0] == PING:
            sent.append((PONG, one[1]))
        elif one[0] != PONG:
            sent.append(one)
    return sent


@pytest.mark.parametrize('bytewise', [False, True], ids=['whole', 'byte by byte'])
def test_rows_over_sockets(server, runtime, bytewise):
    rows = ROWS[::7] if bytewise or runtime.small else ROWS
    for name, _, data, told in rows:
        raw = Raw(server, '/ws/echo')
        (raw.client.send_bytewise if bytewise else raw.client.send)(data)
        expected = answers(told)
        if not expected or expected[-1][0] != CLOSE:
            raw.client.send(frame(CLOSE, b'', KEY))
            expected.append((CLOSE, 1005))
        received = []
        while (found := raw.receive()) is not None:
            received.append((CLOSE, found[1][0]) if found[0] == CLOSE else found)
        # A pong need not wait for an echo that was asked for before it.
        assert sorted(received, key=repr) == sorted(expected, key=repr), name
        assert received[-1] == expected[-1], name
        raw.client.close()


def test_frames_that_come_with_the_handshake(server):
    raw = Raw(server, '/ws/echo', frame(TEXT, b'early', KEY) + frame(BINARY, b'bird', KEY))
    assert [raw.receive(), raw.receive()] == [(TEXT, 'early'), (BINARY, b'bird')]


def test_a_message_that_is_too_long(server):
    raw = Raw(server, '/ws/receive?key=toolong')
    raw.client.send(frame(TEXT, bytes(16385), KEY)[:100])
    assert raw.receive()[1][0] == 1009
    assert raw.receive() is None
    assert events(server, 'toolong', 'error the message is too long')


def test_what_a_client_sends_after_its_fault_does_not_reset_the_answer(server):
    raw = Raw(server, '/ws/echo')
    raw.client.send(frame(3, b'', KEY) + b'x' * 100_000)
    assert raw.receive()[1][0] == 1002
    assert raw.receive() is None


@pytest.mark.parametrize(('status', 'headers'), [
    (400, {'Sec-WebSocket-Key': 'x'}), (400, {'Connection': 'close'}), (426, {'Sec-WebSocket-Version': '12'}),
])
def test_what_is_no_handshake(server, status, headers):
    client = server.client()
    client.ask('GET', '/ws/echo', {**HANDSHAKE, **headers})
    response = client.head()
    assert response.status == status
    if status == 426:
        assert response.headers['sec-websocket-version'] == '13'
        assert (response.headers['upgrade'], response.headers['connection']) == ('websocket', 'Upgrade')


def test_a_post_is_refused(server):
    assert server.client().request('POST', '/ws/echo', HANDSHAKE).status == 405


def test_an_origin_is_refused(server):
    assert server.client().request('GET', '/ws/options', {**HANDSHAKE, 'Origin': 'http://other'}).status == 403


# Who leaves.

@pytest.mark.parametrize('leave', ['close', 'end', 'reset', 'closes'])
def test_a_handler_that_waits_is_cancelled_once(server, leave):
    key = f'ws-wait-{leave}'
    raw = Raw(server, f'/ws/wait?key={key}')
    events(server, key, 'waiting')
    if leave == 'closes':
        raw.client.send(frame(CLOSE, close_payload(1001), KEY))
        assert raw.receive() == (CLOSE, (1001, ''))
        assert raw.receive() is None
    else:
        getattr(raw.client, leave)()
    told = events(server, key, 'cleaned up')
    assert told == ['waiting', f'cancelled {1001 if leave == "closes" else 1006}', 'cleaned up']


@pytest.mark.parametrize('leave', ['close', 'end', 'reset'])
def test_leaving_while_the_handler_receives(server, leave):
    for path, event in (('receive', 'cancelled 1006'), ('echo', 'end 1006')):
        key = f'ws-{path}-{leave}'
        raw = Raw(server, f'/ws/{path}?key={key}')
        raw.send('one')
        assert raw.receive() == (TEXT, 'one')
        getattr(raw.client, leave)()
        assert events(server, key, event) == [event]


def test_closing_while_the_handler_receives(server):
    for path, event in (('receive', 'cancelled 4001'), ('echo', 'end 4001')):
        raw = Raw(server, f'/ws/{path}?key=ws-closes-{path}')
        raw.send('one')
        raw.client.send(frame(CLOSE, close_payload(4001), KEY))
        assert [raw.receive(), raw.receive(), raw.receive()] == [(TEXT, 'one'), (CLOSE, (4001, '')), None]
        assert events(server, f'ws-closes-{path}', event) == [event]


def test_resets_leave_nothing_behind(server):
    Raw(server, '/ws/echo').client.reset()
    assert server.get('/connections/1').status == 200
    descriptors = server.descriptors()
    for turn in range(60):
        raw = Raw(server, ('/ws/echo', '/ws/receive', '/ws/flood?key=reset')[turn % 3])
        raw.send('one')
        raw.client.reset()
    assert server.get('/connections/1').status == 200
    assert server.has_descriptors(descriptors)


# Control frames, back-pressure and time.

def test_pings_are_answered_while_the_handler_does_not_receive(server):
    raw = Raw(server, '/ws/wait?key=ws-ping')
    raw.client.send(frame(PING, b'there?', KEY))
    assert raw.receive() == (PONG, b'there?')
    server.record('ws-ping', 'go')
    raw.client.send(frame(CLOSE, b'', KEY))
    assert raw.receive()[0] == CLOSE


def fill(raw, data):
    """Send a frame over and over until nothing more is taken; returns how many bytes were."""
    raw.client.socket.setblocking(False)
    sent = 0

    def send():
        nonlocal sent
        try:
            while sent < 50_000_000:
                sent += raw.client.socket.send(data[sent % len(data):])
        except (BlockingIOError, ConnectionError):
            pass
        return sent

    settle(send, 30)  # the kernel takes more and more for a while
    assert sent < 20_000_000
    raw.client.socket.settimeout(DEADLINE)
    return sent


def test_a_busy_handler_holds_a_sender_back(server):
    raw = Raw(server, '/ws/wait?key=ws-busy', send_buffer=4096)
    data = frame(BINARY, bytes(10_000), KEY)
    sent = fill(raw, data)
    server.record('ws-busy', 'go')
    raw.client.send(data[sent % len(data):] if sent % len(data) else b'')
    count = -(-sent // len(data)) * 10_000
    raw.client.send(frame(CLOSE, b'', KEY))
    assert raw.receive()[0] == CLOSE
    assert events(server, 'ws-busy', f'received {count}')


def test_control_frames_behind_messages_that_nobody_receives(server, runtime):
    raw = Raw(server, '/ws/wait?key=ws-behind')
    raw.send(*['m'] * (8 if runtime.small else 500))
    raw.client.send(frame(PING, b'there?', KEY))
    assert raw.receive() == (PONG, b'there?')
    server.record('ws-behind', 'go')
    raw.client.send(frame(CLOSE, b'', KEY))
    assert raw.receive()[0] == CLOSE


@pytest.mark.parametrize('leave', ['close', 'end', 'reset'])
def test_leaving_is_noticed_where_no_more_messages_are_taken(server, runtime, leave):
    key = f'ws-deaf-{leave}'
    raw = Raw(server, f'/ws/deaf?key={key}')
    raw.send(*['m' * 1000] * (20 if runtime.small else 110))
    getattr(raw.client, leave)()
    assert events(server, key, 'cancelled 1006') == ['cancelled 1006']


@pytest.mark.parametrize('leave', ['close', 'reset'])
def test_leaving_is_noticed_over_tls(secure, runtime, leave):  # noqa: F811 - a fixture
    key = f'ws-deaf-tls-{leave}'
    # MicroPython's TLS does not tell what its socket knows.
    raw = Raw(secure, f'/ws/deaf{"-pings" if runtime.small else ""}?key={key}')
    raw.send(*['m' * 1000] * (20 if runtime.small else 110))
    getattr(raw.client, leave)()
    assert events(secure, key, 'cancelled 1006') == ['cancelled 1006']


@pytest.mark.parametrize('leave', [None, 'close'])
def test_pings_end_a_handler_that_takes_no_more_messages(server, leave):
    key = f'ws-deaf-pings-{leave}'
    raw = Raw(server, f'/ws/deaf-pings?key={key}', send_buffer=4096)
    fill(raw, frame(BINARY, bytes(1000), KEY))
    if leave:
        with contextlib.suppress(OSError):  # it may have been closed by now
            getattr(raw.client, leave)()
    assert events(server, key, 'cancelled 1006') == ['cancelled 1006']


def test_a_slow_handler_keeps_a_client_whose_answers_wait_behind_its_messages(server, runtime):
    raw = Raw(server, '/ws/slow?key=ws-slow')
    size = 200 if runtime.small else 4000
    raw.send(*['m' * size] * 40)
    told = []
    while (found := raw.receive())[0] == PING:
        raw.client.send(frame(PONG, b'', KEY))
        if not told:
            told.append(found)
            raw.client.send(frame(CLOSE, b'', KEY))
    assert found == (CLOSE, (1005, ''))
    assert events(server, 'ws-slow', f'received {40 * size} 1005')


def test_a_client_that_does_not_read_is_left(hasty):
    raw = Raw(hasty, '/ws/flood?key=ws-flood', receive_buffer=4096)
    assert 'ended' in events(hasty, 'ws-flood', 'ended')
    raw.client.close()


def test_pings_that_nobody_answers_hold_nothing_back(server):
    # Answers that the client does not read are few, and it is not read on.
    raw = Raw(server, '/ws/echo', receive_buffer=4096)
    pings = frame(PING, b'p' * 100, KEY) * 100
    fill(raw, pings)
    raw.client.reset()


def test_no_deadline_of_a_request_ends_it(hasty):
    raw = Raw(hasty, '/ws/echo')
    time.sleep(1)  # more than any deadline of a request
    raw.send('still here')
    assert raw.receive() == (TEXT, 'still here')


def test_pings_of_the_server(server):
    raw = Raw(server, '/ws/pings?key=ws-pings')
    for _ in range(3):
        assert raw.receive() == (PING, b'')
        raw.client.send(frame(PONG, b'', KEY))
    while (found := raw.receive())[0] == PING:
        pass
    assert found == (CLOSE, (1011, 'a ping was not answered'))
    assert raw.receive() is None
    assert events(server, 'ws-pings', 'cancelled 1006') == ['cancelled 1006']


# The end of the server.

def test_shutdown_says_goodbye(runtime):
    with runtime.started(Server_tick=0.05) as process:
        raws = [Raw(process, f'/ws/{path}?key=x') for path in ('echo', 'receive', 'wait')]
        process.get('/shutdown')
        for raw in raws:
            assert raw.receive() == (CLOSE, (1001, ''))
            raw.client.send(frame(CLOSE, close_payload(1001), KEY))
            assert raw.receive() is None
        assert process.ends() == 0
        assert 'cleaned up' in process.printed
        assert 'Still running' not in process.printed


def test_shutdown_does_not_wait_for_a_client_for_ever(runtime):
    with runtime.started(Server_tick=0.05, Server_drain_timeout=0.5) as process:
        raw = Raw(process, '/ws/echo')
        process.get('/shutdown')
        assert raw.receive() == (CLOSE, (1001, ''))
        assert process.ends() == 0
