# Ends of connections in memory that fail at one of the calls that reach the system. Must not know what is sent.

from tests.memory import MemoryStream, MemoryTransport

RESET = ConnectionResetError(104, 'Connection reset by peer')


class Fault:
    """What goes wrong, and when.

    :param number: of the call that fails, from 1.
    :param exc: what it raises; None if it fails without a word, as asyncio's transports do.
    :param lasting: whether the connection is lost with it.

    Attributes: `calls`, how many there were; `failed`, the name of the one that did.
    """

    def __init__(self, number, exc, lasting=True):
        self.number = number
        self.exc = exc
        self.lasting = lasting
        self.calls = 0
        self.failed = ''

    def due(self, name):
        """Count a call, and tell whether it is the one to fail."""
        self.calls += 1
        if self.calls == self.number:
            self.failed = name
        return self.calls == self.number


class FailingTransport(MemoryTransport):
    """A transport of asyncio's with a fault: reads fail by ending the connection."""

    def __init__(self, peername, fault):
        super().__init__(peername)
        self.fault = fault

    def _fails(self, name):
        if self.closed or not self.fault.due(name):
            return False
        self._force_close(self.fault.exc or RESET)
        if self.fault.exc and name != 'read':
            raise self.fault.exc
        return True

    def write(self, data):
        if not self._fails('write'):
            super().write(data)

    def write_eof(self):
        if not self._fails('write_eof'):
            super().write_eof()

    def close(self):
        if not self._fails('close'):
            super().close()

    def pause_reading(self):
        if not self._fails('pause_reading'):
            super().pause_reading()

    def resume_reading(self):
        if not self._fails('resume_reading'):
            super().resume_reading()

    def _deliver(self):
        if self.is_reading() and not self._fails('read'):
            super()._deliver()


class FailingStream(MemoryStream):
    """A stream of MicroPython's with a fault. Its `close` does nothing, and so cannot fail."""

    def __init__(self, peername, fault):
        super().__init__(peername)
        self.fault = fault

    def _fail(self, name):
        if self.fault.due(name):
            self.is_reset = self.is_reset or self.fault.lasting
            raise self.fault.exc

    async def read(self, n=-1):
        self._fail('read')
        return await super().read(n)

    def write(self, data):
        self._fail('write')
        super().write(data)

    async def drain(self):
        self._fail('drain')
        await super().drain()

    async def wait_closed(self):
        await super().wait_closed()
        self._fail('wait_closed')
