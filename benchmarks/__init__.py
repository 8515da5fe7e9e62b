"""Benchmarks, each a command. Arrow uses the system's malloc, as in the commands of Copydesk."""

from pipelines.memory import let_arrow_use_malloc

let_arrow_use_malloc()
