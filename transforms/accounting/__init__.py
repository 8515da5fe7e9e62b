"""Counts and rows that account for every entry. No Beam.

runs        names of runs, and the clock
counts      Tally and Counts: what a run counts, by source
timings     durations that add up
run_record  RunRecord: the content of runs/<run>.json
rows        reject rows and index rows
progress    counts of a running pass, from workers to the terminal
"""
