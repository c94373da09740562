"""What people ask: SPARQL queries, each with title, description and parameters in its header."""
