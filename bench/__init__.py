"""Measures what Microdot costs, beside other servers in the same run.

    python -m bench                         every subject, about an hour and a half
    python -m bench --quick                 a table that says most, two minutes
    python -m bench requests websockets     some subjects
    python -m bench --publish               every subject, into README.md and docs
    bench/compare REF                       this tree beside another commit

A server runs alone on the first core, its load on the second. The servers take turns, round by round, each time in a fresh
process; what counts is the median of the rounds, and how far these are apart is told beside it. What is measured is first of all
**the CPU time of the server per request**, user and system, of all its processes, from /proc: it depends less on the load
and on neighbours than requests per second, which are told, too. A constant-bytes asyncio.Protocol is in every run: it is
the yardstick of the machine.

| room | knows |
|---|---|
| `__main__` | the command line |
| `environments` | how peers are installed, each in an environment of its own |
| `opponents` | who takes part, and the commands that start them |
| `processes` | how a server is started, pinned, measured and ended |
| `loads` | how a server is loaded, by `wrk` and by `client` |
| `client` | a load that wrk has not: WebSocket, server-sent events, uploads |
| `rounds` | how measurements take turns, and what is made of their results |
| `report`, `chart` | tables, JSON and pictures |
| `compare` | two commits |
| `requests`, `files`, `uploads`, `websockets`, `events`, `pubsub`, `start`, `growth`, `decisions`, `stages` | a subject each |
| `servers/` | a program for each opponent |
"""
