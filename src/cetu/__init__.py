"""Cetu（策图）: official documents as policy as code. The API is in cetu.api."""

from cetu.api import Validator, document, load, matrix, parse, pathways, validate

__version__ = "0.1.0"
__all__ = ["Validator", "document", "load", "matrix", "parse", "pathways", "validate"]
