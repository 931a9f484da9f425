# Knows the content codings that a client takes (RFC 9110 section 12.5.3). Must not know files or responses.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


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
