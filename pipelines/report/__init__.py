"""``copydesk report``.

command  the command
figures  the records that the page shows
queries  the figures of a lake, read by DuckDB
runs     the latest runs, each pass once
charts   charts as SVG
page     the page as HTML
"""
