"""brp-signals: finds children who left the population register but not the school list."""

__version__ = "0.2.0"
