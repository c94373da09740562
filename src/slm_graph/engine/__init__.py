"""The only owner of pyoxigraph: parsing, canonical form, evaluation. Its terms never leave this package."""
