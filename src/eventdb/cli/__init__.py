"""The command line: the top floor, imported by nobody."""
