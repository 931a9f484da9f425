# Knows IP addresses, and networks of them on CPython. Must not know HTTP.
from .compat import SMALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
if TYPE_CHECKING or not SMALL:
    import ipaddress


def ip_address(text: str) -> str:
    """Return an IP address as it is usually written, and an IPv4 address that is mapped to IPv6 as one of IPv4.

    Raises `ValueError` for what is not an address.
    """
    if not SMALL:
        address = ipaddress.ip_address(text)
        return str((isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped) or address)
    # UPY: there is no module for addresses.
    text = text.lower()
    mapped = text.startswith('::ffff:') and '.' in text
    numbers = (text[7:] if mapped else text).split('.')
    if len(numbers) == 4:
        for number in numbers:
            if not number.isdigit() or number != str(int(number)) or int(number) > 255:
                raise ValueError(text)
        return '.'.join(numbers)
    groups = text.split(':')
    if not 2 < len(groups) < 9 or text.strip('0123456789abcdef:') or text.count('::') > 1 or ':::' in text:
        raise ValueError(text)
    if max([len(group) for group in groups]) > 4 or (len(groups) < 8 and '::' not in text):
        raise ValueError(text)
    return text


class Networks:
    """A set of IP addresses.

    :param texts: addresses, and on CPython networks such as `10.0.0.0/8`.

    Raises `ValueError` for what is neither.
    """

    def __init__(self, texts: 'Iterable[str]') -> None:
        self._addresses = set()
        self._networks = []
        for text in texts:
            if '/' in text and not SMALL:
                self._networks.append(ipaddress.ip_network(text))
            else:
                self._addresses.add(ip_address(text))

    def __contains__(self, address: str) -> bool:
        if address in self._addresses:
            return True
        for network in self._networks:
            if ipaddress.ip_address(address) in network:
                return True
        return False
