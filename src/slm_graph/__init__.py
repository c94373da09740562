"""slm-graph publishes competency frameworks as linked data."""

__version__ = "0.1.0"
