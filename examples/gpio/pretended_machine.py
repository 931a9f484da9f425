# Pins for a computer: what MicroPython's module `machine` has, wired up in memory. The sensor sees the red lamp, and whoever
# switches the green one on presses the button.

levels = {}


class Pin:
    IN, OUT = 0, 1
    PULL_UP = 2

    def __init__(self, number, mode=IN, pull=None):
        self.number = number
        levels.setdefault(number, 0)

    def value(self, level=None):
        if level is not None:
            levels[self.number] = level
        elif self.number == 14:
            return int(not levels[5])
        return levels[self.number]


class ADC:
    def __init__(self, pin):
        pass

    def read_u16(self):
        return 52428 if levels[4] else 6554
