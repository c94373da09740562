"""What makes a data set publishable: SHACL shapes, one file a concern."""
