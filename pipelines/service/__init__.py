"""What long-running commands offer to their supervisors.

heartbeat  a file, /healthz and systemd's watchdog
metrics    metrics for Prometheus
"""
