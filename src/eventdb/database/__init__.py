"""CodingSheet → tables and views."""
