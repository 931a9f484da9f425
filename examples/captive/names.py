# Answers all questions for names with one address (RFC 1035), so that whatever is looked up leads to this board.
import asyncio
import socket

ADDRESS_RECORD = b'\0\1\0\1'  # type A, class IN
SECONDS = 10                  # for which an answer may be kept


def answer(question, address):
    """Return the answer to a message, None if that is no question."""
    end = question.find(b'\0', 12) + 5  # of the name, its type and class
    if len(question) < end or end < 17 or question[2] & 0xf8 or question[4:6] != b'\0\1':
        return None
    has_record = question[end - 4:end] == ADDRESS_RECORD
    head = question[:2] + bytes((0x84 | question[2] & 1, 0, 0, 1, 0, int(has_record), 0, 0, 0, 0))
    if not has_record:
        return head + question[12:end]
    record = b'\xc0\x0c' + ADDRESS_RECORD + SECONDS.to_bytes(4, 'big') + b'\0\4' + bytes([int(part) for part in address.split('.')])
    return head + question[12:end] + record


async def serve(address, port=53):
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        listener.setblocking(False)
        listener.bind(socket.getaddrinfo('0.0.0.0', port)[0][-1])
        while True:
            try:
                question, client = listener.recvfrom(512)
            except OSError:  # nothing has come
                await asyncio.sleep(0.05)
                continue
            message = answer(question, address)
            if message:
                listener.sendto(message, client)
    finally:
        listener.close()
