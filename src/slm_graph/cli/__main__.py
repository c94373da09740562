"""`python -m slm_graph.cli`: the command line without its script."""

from slm_graph.cli import main

main()
