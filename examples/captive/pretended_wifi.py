# A wireless network for a computer: what wifi.py has, without any radio.

PASSWORDS = {'Hartfield': 'tea and cake', 'Donwell Abbey': 'strawberries'}


class Wifi:
    address = '127.0.0.1'
    host = 'localhost:5000'
    port = 5000
    names_port = 5053

    def __init__(self):
        self.joined = None

    def open(self, name):
        print(f'The network {name} is open: its page is http://{self.host}')

    async def scan(self):
        return sorted(PASSWORDS)

    async def join(self, name, password):
        if name and PASSWORDS.get(name) == password:
            self.joined = name
            return True
        return False
