# Bytes that are nearly other bytes: a small fuzzer without feedback, which finds the same in every run.

import random

# What breaks or makes a message, beside what the seeds have.
TOKENS = [
    b'\r\n', b'\n', b'\r', b'\r\n\r\n', b'\x00', b'\x7f', b'\x80', b'\xff', b' ', b'\t', b':', b';', b'=', b'"', b'\\', b'%', b',',
    b'0', b'-1', b'00000000000000000', b'99999999999999999999', b'chunked', b'close', b'Content-Length: 5\r\n',
    b'Host: b\r\n', b'Transfer-Encoding: chunked\r\n', b'Connection: close\r\n', b'Expect: 100-continue\r\n', b' HTTP/1.0',
    b'0\r\n\r\n', b'\r\n--B', b'\r\n--B--',
]


def mutations(seeds, count, seed=0):
    """Give each of the seeds, and then so many bytes that one to four changes make of them."""
    yield from seeds
    choose = random.Random(seed)
    for _ in range(count):
        data = choose.choice(seeds)
        for _ in range(choose.randint(1, 4)):
            data = choose.choice(CHANGES)(choose, data, seeds)
        yield data


def _change(choose, data, seeds):
    place = choose.randrange(len(data) + 1)
    return data[:place] + bytes([choose.randrange(256)]) + data[place + 1:]


def _flip(choose, data, seeds):
    if not data:
        return data
    place = choose.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << choose.randrange(8)]) + data[place + 1:]


def _insert(choose, data, seeds):
    place = choose.randrange(len(data) + 1)
    return data[:place] + choose.choice(TOKENS) + data[place:]


def _remove(choose, data, seeds):
    start, end = _range(choose, data)
    return data[:start] + data[end:]


def _repeat(choose, data, seeds):
    start, end = _range(choose, data)
    return data[:end] + data[start:end] * choose.randint(1, 3) + data[end:]


def _move(choose, data, seeds):
    start, end = _range(choose, data)
    rest = data[:start] + data[end:]
    place = choose.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _splice(choose, data, seeds):
    other = choose.choice(seeds)
    return data[:choose.randrange(len(data) + 1)] + other[choose.randrange(len(other) + 1):]


def _range(choose, data):
    start = choose.randrange(len(data) + 1)
    return start, min(len(data), start + choose.randint(1, 20))


CHANGES = [_change, _flip, _insert, _insert, _remove, _repeat, _move, _splice]
