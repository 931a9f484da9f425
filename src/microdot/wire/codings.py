# Knows the content codings that a client takes (RFC 9110 section 12.5.3), and the media types that gain by them.
# Must not know files or responses.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

# The media types that gain by compression, beside texts and those that end in +json or +xml.
COMPRESSIBLE = (
    ' application/javascript application/json application/msword application/rtf application/toml '
    'application/vnd.apple.mpegurl application/vnd.ms-excel application/vnd.ms-fontobject application/vnd.ms-powerpoint '
    'application/wasm application/x-ndjson application/x-tar application/xml application/yaml font/collection font/otf '
    'font/ttf image/bmp image/vnd.microsoft.icon image/x-icon model/gltf-binary '
)


def is_compressible(content_type: str) -> bool:
    """Tell whether what is of a media type gains by compression."""
    media_type = content_type.partition(';')[0].strip().lower()
    if media_type[:5] == 'text/' or media_type[-5:] == '+json' or media_type[-4:] == '+xml':
        return True
    return ' %s ' % media_type in COMPRESSIBLE


def choose_coding(accepted: 'str | None', offered: 'Sequence[str]') -> 'str | None':
    """Return the coding that a client likes best, None for the identity.

    :param accepted: the header Accept-Encoding; without it nothing is encoded.
    :param offered: what there is, the best first, which decides among codings that the client likes alike.
    """
    if not accepted:
        return None
    weights = {}
    for item in accepted.lower().split(','):
        coding, _, parameter = item.partition(';')
        weights[coding.strip()] = _weight(parameter)
    best, weight = None, 0.0
    for coding in offered:
        liked = weights.get(coding, weights.get('x-gzip', weights.get('*', 0.0)) if coding == 'gzip' else weights.get('*', 0.0))
        if liked > weight:
            best, weight = coding, liked
    return best if weight >= weights.get('identity', 0.0) else None


def _weight(parameter: str) -> float:
    # RFC 9110 12.4.2: 1 where none is told; what is none counts as a refusal.
    name, equals, value = parameter.partition('=')
    if not parameter.strip():
        return 1.0
    whole, _, decimals = value.strip().partition('.')
    if name.strip() != 'q' or not equals or whole not in ('0', '1') or len(decimals) > 3 or decimals.strip('0123456789'):
        return 0.0
    return min(1.0, float(value))
