"""Acting on resources: who may, which rows, and the one function that changes a cloud."""
