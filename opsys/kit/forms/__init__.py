"""The parameters of actions: forms and their fields."""
