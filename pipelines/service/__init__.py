"""What long-running commands give to whoever supervises them.

heartbeat  signs of life
metrics    metrics for Prometheus
"""
