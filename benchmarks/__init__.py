"""Programs that measure the platform and hold it to bounds: `python -m benchmarks list`. See README.md."""
