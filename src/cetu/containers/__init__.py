"""Files as offices keep them → the text that stands in them. Nothing is read of its meaning."""

from cetu.containers.extraction import Extracted, extract

__all__ = ["Extracted", "extract"]
