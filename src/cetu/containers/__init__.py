"""Files as offices keep them → the text that stands in them. Nothing is read of its meaning."""

from cetu.containers.extraction import LARGEST_FILE, Extracted, extract

__all__ = ["LARGEST_FILE", "Extracted", "extract"]
