"""Document ↔ RDF: IRIs, the structure graph, loading, canonical Turtle, named SPARQL.

The only room that builds triples from a document. It refuses a quotation that
does not stand in its clause, and any input that would reach for the network.
"""
