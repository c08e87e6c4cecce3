"""Loaded before RDFLib by our own commands, which then start sooner and take less memory.

RDFLib loads html5rdf to compare literals of rdf:HTML by value. Nothing of ours does. A program that uses
``cetu`` as a library is left as it is.
"""

from __future__ import annotations

import sys

if "rdflib" not in sys.modules and "html5rdf" not in sys.modules:
    sys.modules["html5rdf"] = None  # type: ignore[assignment]  # as if it were not installed
    import rdflib.term  # noqa: F401

    del sys.modules["html5rdf"]
