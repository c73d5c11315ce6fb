"""Document → CodingSheet."""
