"""eventdb: attacks and political violence, coded from news articles, every figure down to its sentence."""

__version__ = "0.1.0"
