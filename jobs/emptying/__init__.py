"""Emptying a host: the plan, and the job whose items are done when their servers have left."""
