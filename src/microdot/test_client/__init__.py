# Knows the names of the test client. Must not know more.
from .client import TestClient as TestClient
from .response import TestResponse as TestResponse

__all__ = ['TestClient', 'TestResponse']
