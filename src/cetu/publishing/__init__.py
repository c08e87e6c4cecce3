"""Tables, graph and reports → text, spreadsheets, Markdown pages and JSON.

Plain Markdown and JSON only: the site builder is configuration, not code.
"""
