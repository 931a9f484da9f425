"""The programs that are measured: each a whole server, or an application for one, which answers what `works` asks."""
