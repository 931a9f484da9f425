# HTTPS, with a certificate that openssl makes for this machine; browsers warn of it, as nobody else has signed it.
#
#   curl --cacert examples/https/localhost.pem https://localhost:4443
import os
import sys

from microdot import Microdot

try:
    import ssl
except ImportError:  # what MicroPython has built in
    import tls as ssl

FOLDER = __file__.replace('\\', '/').rpartition('/')[0] or '.'
SUFFIX = 'der' if sys.implementation.name == 'micropython' else 'pem'  # what each of the two reads
CERTIFICATE, KEY = [f'{FOLDER}/localhost{part}.{SUFFIX}' for part in ('', '-key')]

app = Microdot()


@app.get('/')
async def index(request):
    return f'This came by {request.scheme}.'


def exists(path):
    try:
        return bool(os.stat(path))
    except OSError:
        return False


def make_certificate():
    """Have openssl make a certificate and its key, in the two forms."""
    certificate, key = f'{FOLDER}/localhost', f'{FOLDER}/localhost-key'
    for command in (
        'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost '
        f'-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -out "{certificate}.pem" -keyout "{key}.pem"',
        f'openssl x509 -in "{certificate}.pem" -outform der -out "{certificate}.der"',
        f'openssl pkey -in "{key}.pem" -outform der -out "{key}.der"',
    ):
        if os.system(command):
            raise RuntimeError('openssl is missing, or cannot write here')


def context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if SUFFIX == 'pem':
        context.load_cert_chain(CERTIFICATE, KEY)
    else:
        context.load_cert_chain(read(CERTIFICATE), read(KEY))
    return context


def read(path):
    with open(path, 'rb') as file:
        return file.read()


if __name__ == '__main__':
    if not exists(KEY):
        make_certificate()
    app.run(port=4443, debug=True, ssl=context())
