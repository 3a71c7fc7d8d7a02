"""Figures over time: taken from our own tables by beat, packed into few bytes, thinned with age, and read for charts.

A *series* is one figure of one subject (a cluster, a host, a project …). What a cluster's figures were at one moment
is one *frame*; once an hour the frames are turned into *blocks*, which hold one series over a day or a month.
"""
