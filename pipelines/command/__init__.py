"""What all commands share.

options    command-line options
durations  lengths of time such as 15m
shell      exit status, logging, proxy check
console    the terminal
signals    Ctrl-C and SIGTERM
"""
