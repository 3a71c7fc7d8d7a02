"""Samples drawn over time: a chart is one value, its data plain values for the page and for programs alike."""
