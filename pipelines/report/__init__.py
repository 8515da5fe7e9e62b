"""``copydesk report``.

command  the command
figures  what the page shows, as records
queries  the figures of a lake, by DuckDB
charts   charts as SVG
page     figures to HTML
"""
