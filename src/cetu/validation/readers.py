"""Files of cases as a stream of records, whatever their format.

JSON, JSON lines, CSV, N-Triples, workbooks and Parquet are read record by record; Turtle and
JSON-LD are bounded in size. Nothing in a file can make this open another file or a
connection: the only context accepted is ours, and it is resolved here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cetu.findings import Finding
from cetu.validation.csv_reader import csv_records
from cetu.validation.inputs import Format, Input
from cetu.validation.json_reader import Context, json_file, json_lines
from cetu.validation.nt_reader import ntriples_records
from cetu.validation.rdf_reader import rdf_records, whole
from cetu.validation.records import Record
from cetu.validation.table_reader import parquet_records, workbook_records
from cetu.validation.vocabulary import Vocabulary


def read(
    source: Input, vocabulary: Vocabulary, context: Context, serial: int = 1
) -> Iterator[Record | Finding]:
    """The records of one file in input order; ``serial`` is that of the first.

    Raises UnusableInput when nothing of the file can be read, or the rest of it can't.
    """
    stream, name = source.stream, source.name
    readers: dict[Format, Callable[[], Iterator[Record | Finding]]] = {
        "jsonl": lambda: json_lines(stream, name, vocabulary, serial),
        "json": lambda: json_file(stream, name, vocabulary, context, serial),
        "csv": lambda: csv_records(stream, name, vocabulary, serial),
        "xlsx": lambda: workbook_records(stream, name, vocabulary, serial),
        "parquet": lambda: parquet_records(stream, name, vocabulary, serial),
        "nt": lambda: ntriples_records(stream, name, vocabulary, serial),
        "turtle": lambda: rdf_records(whole(stream, name), "turtle", name, vocabulary, context, serial),
        "jsonld": lambda: rdf_records(whole(stream, name), "json-ld", name, vocabulary, context, serial),
    }
    yield from readers[source.format]()
