"""Text in a CSV file that a spreadsheet would run as a formula, made text again.

The rule is OWASP's for CSV injection: text that begins with =, +, -, @, a tab or a line end (or a full-width form of
the signs, which some spreadsheets take for them) gets an apostrophe before it, which says "this is text".
https://owasp.org/www-community/attacks/CSV_Injection
"""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """`text`, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS) else text
