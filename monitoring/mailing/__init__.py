"""Reports that are sent by mail at regular times, with what their owner may see."""
