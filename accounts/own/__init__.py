"""What people see and change of their own account: their sessions, and how long the present one lasts."""
