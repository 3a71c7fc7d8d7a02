"""What the platform does by the clock."""

# Short looks for what is due, and the seconds between two of them in one worker; what they find is sent as tasks of
# their own. How often each cluster and type is read is decided by the first.
LOOKS = {
    "clusters.tasks.dispatch_due": 1,
    "jobs.tasks.reap": 2,
    "monitoring.alerts.tasks.deliver_due": 2,
    "audit.tasks.look": 3,
}
BEAT = {
    "look": {"task": "opsys.periodic.look", "schedule": 1.0, "options": {"expires": 5}},
    "terminal": {"task": "terminal.tasks.reap", "schedule": 10.0, "options": {"expires": 30}},
    "schedules": {"task": "jobs.schedules.tasks.dispatch", "schedule": 15.0, "options": {"expires": 30}},
    "alerts": {"task": "monitoring.alerts.tasks.alerts", "schedule": 10.0, "options": {"expires": 10}},
    "endings": {"task": "monitoring.alerts.tasks.endings", "schedule": 3600.0, "options": {"expires": 600}},
    "mailed-reports": {"task": "monitoring.mailing.tasks.send_reports", "schedule": 60.0, "options": {"expires": 60}},
    "audit-verify": {"task": "audit.tasks.verify", "schedule": 86400.0, "options": {"expires": 3600}},
    "samples": {"task": "monitoring.tasks.take_samples", "schedule": 60.0, "options": {"expires": 50}},
    "loads": {"task": "monitoring.tasks.take_server_loads", "schedule": 60.0, "options": {"expires": 50}},
    "thin": {"task": "monitoring.tasks.thin_samples", "schedule": 600.0, "options": {"expires": 300}},
    "clear": {"task": "jobs.tasks.clear", "schedule": 3600.0, "options": {"expires": 600}},
}
