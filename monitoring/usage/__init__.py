"""What projects used in a month, in hours, and what that costs by a price sheet."""
