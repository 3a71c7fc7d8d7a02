"""Why a terminal's socket is closed. The numbers are this protocol's own; docs/terminal.md explains each."""

GARBAGE = 4400
SIGNED_OUT = 4401
FORBIDDEN = 4403
GONE = 4404
IDLE = 4408
TOO_LONG = 4409
TERMINATED = 4410
FLOOD = 4413
LIMIT = 4429
SSH = 4500
RECORDING = 4503
ENDED = 1000
GOING_AWAY = 1001
