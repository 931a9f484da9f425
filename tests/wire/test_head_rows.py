# What the wire's rows say of the heads of requests comes of them, however they are fed.

import head_rows
from rows import check_head


def test_heads():
    for table in head_rows.TABLES:
        for name, _, data, expected in table:
            check_head(name, data, expected)


def test_limits():
    for name, _, data, expected in head_rows.LIMITS:
        check_head(name, data, expected, head_rows.Tight)
