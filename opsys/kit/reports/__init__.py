"""Lists of findings, each worked out from several types: a report is one value, and has page, file and API."""
