"""Check that the rooms of the house import one another one way.

    python tools/imports.py [SOURCE]

SOURCE is the folder of the packages, src by default. Every import that runs is an edge: at the top of a module,
inside a function, or named by a text, as in `__import__('microdot.core.app')`; imports for type checkers alone are
none. Edges the table below does not have are printed, and the exit status is 1.
"""

import ast
import sys
from pathlib import Path
from typing import NamedTuple

PACKAGE = 'microdot'
ENGINE = 'utemplate'  # of templates, a house of its own

# A suite is a room with those that it opens late, or that hold one side of it; between its rooms every door is open, and
# the table knows it by its first.
SUITES = {
    'core.compat': {'core.addresses', 'core.cpython', 'core.file_hashes', 'core.micropython', 'core.micropython_digests',
                    'core.micropython_files', 'core.micropython_links', 'core.micropython_passwords', 'core.micropython_rest',
                    'core.micropython_temporary', 'core.threads'},
    'core.errors': {'core.input_errors'},
    'core.streams': {'core.buffer'},
    'wire.http11': {'wire.bodies', 'wire.codings', 'wire.fields', 'wire.forwarded', 'wire.head_pattern', 'wire.reasons',
                    'wire.targets'},
    'wire.formdata': {'wire.formdata_rest'},
    'wire.frames': {'wire.closing', 'wire.deflate', 'wire.fragments', 'wire.payloads'},
    'core.routing': {'core.patterns', 'core.router'},
    'core.request': {'core.request_rest'},
    'core.response': {'core.conditions', 'core.cookies', 'core.disposition', 'core.files', 'core.media_types',
                      'core.response_rest'},
    'core.dispatch': {'core.advice', 'core.failures', 'core.hooks', 'core.unrouted'},
    'core.app': {'core.app_rest', 'core.calls', 'core.decorators', 'core.misuse', 'core.mounting', 'core.reversing'},
    'debug': {'debug.blocking', 'debug.page', 'debug.secrets'},
    'cli': {'cli.finding', 'cli.serving', 'cli.workers'},
    'auth': {'auth.rest', 'auth.token'},
    'csrf': {'csrf.origins', 'csrf.rest'},
    'core.tokens': {'core.expiry', 'core.jwt', 'core.pyjwt'},
    'core.session_state': {'core.login_rest', 'core.memory_store', 'core.redis_store', 'core.session_misuse',
                           'core.stored_sessions'},
    'pubsub': {'pubsub.entries', 'pubsub.memory', 'pubsub.messages', 'pubsub.presence', 'pubsub.redis_attendance',
               'pubsub.redis_backend', 'pubsub.redis_link', 'pubsub.redis_reader', 'pubsub.routes', 'pubsub.subscription',
               'pubsub.watching'},
    'websocket': {'websocket.agreement', 'websocket.errors', 'websocket.leaving', 'websocket.messages', 'websocket.opening',
                  'websocket.pings', 'websocket.streams'},
    'test_client': {'test_client.bodies', 'test_client.client', 'test_client.conversation', 'test_client.cookies',
                    'test_client.events', 'test_client.exchange', 'test_client.redirects', 'test_client.response',
                    'test_client.sse', 'test_client.streams', 'test_client.websocket'},
    'server.framing': {'server.fields', 'server.known_heads', 'server.sending'},
    'server.exchange': {'server', 'server.access_log', 'server.body', 'server.connection_rest', 'server.intake',
                        'server.sendfile', 'server.streaming', 'server.transports'},
    'server.base': {'server.server_rest'},
    'server.protocol': {'server.protocol_connection', 'server.tasks', 'server.upgraded'},
    'server.stream': {'server.listener', 'server.listener_rest', 'server.socket_stream', 'server.stream_connection',
                      'server.stream_rest', 'server.stream_tls'},
    'asgi': {'asgi.carrier', 'asgi.requests', 'asgi.websocket'},
    'wsgi': {'wsgi.calls', 'wsgi.carrier', 'wsgi.environs', 'wsgi.processes', 'wsgi.requests', 'wsgi.sockets', 'wsgi.websocket'},
    'gateway': {'gateway.app', 'gateway.body', 'gateway.exchange', 'gateway.heads', 'gateway.paths', 'gateway.websocket'},
    'modules': {'cpython'},  # of the engine
}

# The table. A room is a module, named without the package; '' is the package itself. A suite may import the suites of
# the layers below its own, and none of its own layer but where the table says so:
#   extensions -> app -> dispatch -> routing, request, response -> wire -> errors, multidict, urls, compat
# Each set is a layer with all below it.

BASE = {'core.compat', 'core.errors', 'core.multidict', 'core.streams', 'core.urls'}
WIRE = BASE | {'wire.events', 'wire.formdata', 'wire.frames', 'wire.http11'}
MESSAGES = WIRE | {'core.body', 'core.request', 'core.response', 'core.routing'}
DISPATCH = MESSAGES | {'core.dispatch'}
APP = DISPATCH | {'core.app', 'core.passwords', 'core.session_state', 'core.tokens', 'core.uploads', 'helpers'}
HOUSE = APP | {''}

EXTENSIONS = {'auth', 'cli', 'compress', 'cors', 'csrf', 'debug', 'jinja', 'login', 'multipart', 'proxies', 'pubsub',
              'ratelimit', 'session', 'sse', 'static', 'utemplate', 'websocket'}
RUNTIMES = {'asgi', 'rsgi', 'test_client', 'wsgi'}

MAY_IMPORT = {
    'core.compat': set(),
    'core.errors': {'core.compat'},
    'core.multidict': {'core.compat'},
    'core.streams': {'core.compat'},
    'core.urls': {'core.compat', 'core.errors', 'core.multidict'},

    'wire.events': BASE,
    'wire.formdata': BASE | {'wire.http11'},
    'wire.frames': BASE,
    'wire.http11': BASE,

    'core.body': WIRE,
    'core.request': WIRE | {'core.body'},
    'core.response': WIRE,
    'core.routing': WIRE,

    'core.dispatch': MESSAGES,
    'core.app': DISPATCH,
    'core.passwords': BASE,
    'core.session_state': BASE | {'core.tokens'},
    'core.tokens': BASE,
    'core.uploads': BASE,
    'helpers': BASE,
    '': APP,
    'microdot': HOUSE,  # the old door
    '__main__': HOUSE | {'cli'},

    **dict.fromkeys(EXTENSIONS, HOUSE),
    'utemplate': HOUSE | {'//utemplate'},  # the other house, whose rooms are none of this one's business
    '//utemplate': set(),
    'login': HOUSE | {'session'},
    'csrf': HOUSE | {'cors'},
    'pubsub': HOUSE | {'sse', 'websocket'},

    'gateway': HOUSE | {'websocket', 'server.framing'},  # what servers of other projects have in common
    **dict.fromkeys(RUNTIMES, HOUSE | {'websocket', 'server.framing', 'gateway'}),
    'test_client': HOUSE | {'websocket'},
    # The app names the servers, so the servers do not name the app.
    'server.framing': MESSAGES,  # how a response goes out, which every runtime asks
    'server.exchange': DISPATCH | {'websocket', 'server.framing'},
    'server.base': DISPATCH | {'websocket', 'server.exchange'},
    'server.protocol': DISPATCH | {'websocket', 'server.base', 'server.exchange'},
    'server.stream': DISPATCH | {'websocket', 'server.base', 'server.exchange'},

    'core': set(),
    'wire': set(),
}

ENGINE_MAY_IMPORT = {
    '': set(),
    'escaping': set(),
    'modules': {''},
    'compiled': {'', 'escaping', 'modules'},
    'scanner': {''},
    'compiler': {'', 'modules', 'scanner'},
    'source': {'', 'compiled', 'compiler', 'modules'},
    'recompile': {'', 'compiled', 'source'},
    '__main__': {'', 'compiled', 'source'},
}

TABLES = {PACKAGE: MAY_IMPORT, ENGINE: ENGINE_MAY_IMPORT}

# What one function of a room may import beyond that.
FUNCTION_MAY_IMPORT = {
    ('core.app', 'start_server'): {'server.base', 'server.exchange', 'server.listener', 'server.protocol', 'server.stream',
                                   'server.stream_connection'},
    ('core.app_rest', 'handle_request'): {'server.stream'},
    ('core.failures', 'failed'): {'debug'},
    ('server.protocol', 'start'): {'debug'},
}


class Edge(NamedTuple):
    room: str
    imports: str
    function: str  # the innermost one around the import, or ''
    line: int

    def __str__(self):
        return f'{self.room or PACKAGE}:{self.line}: may not import {self.imports or PACKAGE}'


def forbidden(source, package=PACKAGE):
    """Return the edges under a package's folder that its table does not have."""
    return [edge for edge in edges(source, package)
            if suite_of(edge.imports) != suite_of(edge.room)
            and suite_of(edge.imports) not in TABLES[package].get(suite_of(edge.room), ())
            and edge.imports not in FUNCTION_MAY_IMPORT.get((edge.room, edge.function), ())]


def suite_of(room):
    """Return the room by which the table knows a room."""
    return next((first for first, others in SUITES.items() if room in others), room)


def edges(source, package=PACKAGE):
    """Return every edge between the rooms under a package's folder, and those to another package, named '//' and its name."""
    rooms = rooms_of(source)
    return [edge for room, path in rooms.items() for edge in Imports(room, path, source, rooms, package).edges]


def unknown_rooms(source, package=PACKAGE):
    """Return the rooms under a package's folder that its table does not name."""
    return sorted(room for room in rooms_of(source) if suite_of(room) not in TABLES[package])


def rooms_of(source):
    """Return the rooms under the source folder and their files."""
    return {'.'.join(path.relative_to(source).with_suffix('').parts).removesuffix('__init__').rstrip('.'): path
            for path in sorted(source.rglob('*.py'))}


class Imports(ast.NodeVisitor):
    """The edges that leave one room, whose syntax tree is that of its file if none is given."""

    def __init__(self, room, path, source, rooms, package, tree=None):
        self.room = room
        self.rooms = rooms
        self.package = [package, *path.relative_to(source).parent.parts]  # where relative names start
        self.functions = [ast.Module([], [])]
        self.edges = []
        self.visit(tree or ast.parse(path.read_bytes(), str(path)))

    def add(self, name, node, members=()):
        """Add the edge to a module, or those to its members that are modules."""
        package, _, room = name.partition('.')
        if package not in TABLES:
            return
        function = getattr(self.functions[-1], 'name', '')
        if package != self.package[0]:
            self.edges.append(Edge(self.room, '//' + package, function, node.lineno))
            return
        submodules = [f'{room}.{member}'.lstrip('.') for member in members]
        targets = {submodule if submodule in self.rooms else room for submodule in submodules} or {room}
        self.edges += [Edge(self.room, target, function, node.lineno) for target in sorted(targets)]

    def visit_Import(self, node):
        for alias in node.names:
            self.add(alias.name, node)

    def visit_ImportFrom(self, node):
        names = self.package[:len(self.package) - node.level + 1] if node.level else []
        if node.module:
            names = [*names, node.module]
        self.add('.'.join(names), node, [alias.name for alias in node.names])

    def visit_Call(self, node):
        match node:
            case ast.Call(func=ast.Name(id='__import__'), args=[ast.Constant(value=str(name)), *more]):
                members = more[2].elts if len(more) > 2 and isinstance(more[2], (ast.Tuple, ast.List)) else []
                self.add(name, node, [item.value for item in members if isinstance(item, ast.Constant)])
            case ast.Call(func=ast.Name(id='__import__')):
                # The function around it chooses the module: one whose name it has, or puts together of two texts.
                texts = strings(ast.walk(self.functions[-1]))
                self.add_rooms([first + second for first in ['', *texts] for second in texts], node)
            case ast.Call(func=ast.Name(id='load'), args=rooms):
                self.add_rooms([self.package[0] + '.' + room for room in strings(rooms)], node)
        self.generic_visit(node)

    def visit_Assign(self, node):
        match node:
            case ast.Assign(targets=[ast.Name(id='rest')], value=ast.Constant(value=str(room))):
                self.add_rooms([self.package[0] + '.' + room], node)
        self.generic_visit(node)

    def add_rooms(self, names, node):
        """Add the edges to the modules of these names that are rooms."""
        for name in dict.fromkeys(names):
            package, _, room = name.partition('.')
            if package == self.package[0] and room and room in self.rooms:
                self.add(name, node)

    def visit_FunctionDef(self, node):
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_If(self, node):
        if isinstance(node.test, ast.Name) and node.test.id == 'TYPE_CHECKING':
            for statement in node.orelse:
                self.visit(statement)
        else:
            self.generic_visit(node)


def strings(nodes):
    """Return the values of the nodes that are constant strings."""
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def main(source='src'):
    problems = []
    for package in TABLES:
        problems += [f'{room}: not in the table' for room in unknown_rooms(Path(source, package), package)]
        problems += [str(edge) for edge in forbidden(Path(source, package), package)]
    print(*problems, sep='\n', end='\n' if problems else '')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
