"""What a role shows of itself to a monitor: /healthz, /readyz and Prometheus' /metrics, on a port of its own.

    with monitored(settings, Role.POLL): …      a role in one process: served by a thread of it
    Beside(settings, Role.WORK, environment)    a role that forks: served by a process beside it (beside.py)

What is counted is telemetry/metrics.py, what waits store/backlog.py; docs/monitoring.md is for the reader.
"""
