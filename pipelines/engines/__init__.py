"""The engines that run a pipeline.

choose       the engine for --runner
prism        Prism: finds and starts it
flink        Flink: options, checks, and how a job is ended
job_servers  job servers that a command starts, and runners on them
notebooks    Beam in IPython, without its interactive side
"""
