"""Writes a data file's store to a new directory: `python -m slm_graph.store.loading DATA DIRECTORY PARENT`.

Ends with the process PARENT that started it: what it writes is of use to nobody else.
"""

from __future__ import annotations

import sys
from pathlib import Path

from slm_graph.engine.evaluation import write_on_disk
from slm_graph.errors import EnvironmentFault
from slm_graph.store import confinement


def main(arguments: list[str]) -> int:
    confinement.die_with_parent(int(arguments[2]))
    try:
        write_on_disk(Path(arguments[0]), Path(arguments[1]))
    except EnvironmentFault as fault:
        print(fault.message("en"), file=sys.stderr)
        return fault.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
