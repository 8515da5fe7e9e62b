"""``copydesk sources``: tools for a sources file.

command    the subcommands
probe      asks addresses once: what is there
discover   ``add``: a site's feeds, and the source to write
tables     [[source]] tables at the end of a sources file
health     ``list`` and ``explain``: what a lake knows of feeds
"""
