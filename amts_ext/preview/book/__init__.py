"""The book beside the document: files with their shares, a search, and what waits for a person."""
