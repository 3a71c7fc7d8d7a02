"""Guard rails: what may not be changed now whoever asks. Clusters locked for maintenance, times when nothing is
changed, resources that are protected, and where a reason must be given.

The rows here are the truth. What they come to for a cluster stands in `Cluster.guards`, written by `snapshot`, because
every button of every list asks: with the cluster at hand it costs no query.
"""
