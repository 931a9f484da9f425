# The old door to `wraps`.
from .core.compat import wraps as wraps
