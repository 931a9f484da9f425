# Knows the phases of a connection: what it waits for, and so what its deadline means. Must not know anything else.
IDLE = 0  # kept, nothing of the next request has come
HEAD = 1  # the rest of a head
HANDLER = 2  # the application
BODY = 3  # more of a request's body
WRITE = 4  # the client to read
CLOSE = 5  # the client to close
QUEUED = 6  # its turn, with a request

LEAVING = 0.5  # seconds after a client has ended its side in which a stream to it must go on
