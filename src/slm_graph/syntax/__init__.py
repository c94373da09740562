"""RDF as text, both ways: strict reading with a line in every error, and writing that is the same bytes each time."""
