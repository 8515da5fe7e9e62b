"""``copydesk stories``: who ran whose copy, when, and how much of it.

command    the command
queries    stories and their members from the files of a lake
outlets    whose copy each outlet runs
compare    two texts side by side: what was kept, cut, added and changed
terminal   stories as text
pages      stories and outlets as HTML pages, also for copydesk report
"""
