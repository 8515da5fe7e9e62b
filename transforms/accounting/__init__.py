"""Counts and rows that account for every entry. No Beam.

runs        names of runs, and the clock
timings     durations that can be added up
counts      Tally and Counts: what a run counts, by source
run_record  RunRecord: the content of runs/<month>/<run>.json
rows        reject rows and index rows
progress    progress of a running pass, from the workers to the terminal
"""
