"""What servers do, as their hypervisors tell: sampled each minute while somebody wants to see it."""
