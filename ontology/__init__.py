"""What is published: the vocabulary, the shipped content, and the JSON-LD context."""
