"""What leaves the house in other systems' forms: dumps, the OWL download, catalogue descriptions."""
