"""Compaction and checks of a lake.

compaction  rewrites the many small files of a partition into few
poll_days   old polls: one row for each feed and day
removal     takes the texts of articles out
merge       merges sorted files in bounded memory
problems    the kinds of problem that a check finds
inventory   compares the files with the run records, without opening them
file_check  checks one data file
check       reads all files, and compares them with each other
"""
