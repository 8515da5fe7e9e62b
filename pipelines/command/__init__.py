"""What all commands share.

parsers       the command line of each command
options       options that several commands share
beam_options  parses our options and Beam's
durations     lengths of time such as 15m
shell         exit status, logging, proxy check
console       the terminal
signals       Ctrl-C and SIGTERM
"""
