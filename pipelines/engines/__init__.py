"""The engines that run a pipeline.

choose       the engine that the options ask for
prism        Prism, built on this machine
flink        Flink: jars, cluster, jobs
job_servers  checks of a running job server
notebooks    Beam in IPython, without its interactive side
"""
