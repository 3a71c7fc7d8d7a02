"""What a cloud's services tell of themselves over RabbitMQ (oslo.messaging's notifications), as hints that a row has
changed. Optional: the row is then read as always, and whoever has no broker misses nothing but some seconds."""
