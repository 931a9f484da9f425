# The wireless network of a board.
import asyncio

import network


class Wifi:
    """Attributes: `joined`, the name of the network or None, and where the settings are while it is None."""

    address = '192.168.4.1'
    host = address
    port = 80
    names_port = 53
    patience = 20  # seconds to wait for a network

    def __init__(self):
        self.joined = None
        self.station = network.WLAN(network.STA_IF)
        self.access_point = network.WLAN(network.AP_IF)

    def open(self, name):
        self.access_point.active(True)
        self.access_point.config(essid=name)

    async def scan(self):
        """Return the names of the networks that are there, each once."""
        self.station.active(True)
        return sorted({network[0].decode() for network in self.station.scan() if network[0]})

    async def join(self, name, password):
        self.station.active(True)
        self.station.connect(name, password)
        for _ in range(self.patience * 10):
            if self.station.isconnected():
                self.joined = name
                return True
            await asyncio.sleep(0.1)
        self.station.disconnect()
        return False
