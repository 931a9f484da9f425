# What a board does when its network was gone, as after Wi-Fi was lost: it listens again, and keeps what is connected.

import contextlib

import pytest
from bench.footprint import Client, Stage, connected
from tests.conftest import ROOT
from tests.device.compiled import shipped


@pytest.fixture(params=[pytest.param(form, marks=pytest.mark.needs('mp32')) for form in ('py', 'mpy')])
def stage(request):
    return Stage(shipped() / request.param, request.param == 'mpy')


def test_a_server_listens_again(stage):
    with stage.serve('256k', application=ROOT / 'tests/device/network.py') as process, contextlib.ExitStack() as stack:
        kept = stack.enter_context(contextlib.closing(Client(process, True)))
        for lost, times in enumerate((0, 3), 1):
            assert kept.get(f'/gone/{times}') == 'gone'
            assert kept.get('/') == 'Hello, world!'
            connected(process).close()  # which tries until there is a listener
            client = stack.enter_context(contextlib.closing(Client(process, True)))
            assert client.get('/') == 'Hello, world!'
            assert stage.printed(process).count('Listening again after OSError') == lost
        assert process.poll() is None
