"""Looks after a lake.

compaction  rewrites partitions of many files into few
merge       merges sorted files in bounded memory
problems    the kinds of problem
inventory   files and run records
file_check  one data file
check       files, index and run records against each other
"""
