"""Command lines, as far as the screen tells: the line the cursor stood in when Enter was pressed, without the prompt.

What is typed without being shown, a password for example, is never seen here. A program that draws its own screen
may mislead it; that is why these lines are called derived everywhere.
"""

import re
from codecs import getincrementaldecoder

MOST_CHARACTERS = 1000
MOST_UNREAD = 4 * MOST_CHARACTERS
MOST_ECHO = 16 * 1024
"""More than this between two keystrokes is output and no echo."""
_SEQUENCE = re.compile(
    r"\x1b\[([0-9;?]*)([@-~])|\x1b[\]PX^_].*?(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|([\x00-\x1f\x7f])|([^\x00-\x1f\x7f]+)",
    re.S,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?]*)?$|\x1b[\]PX^_][^\x07\x1b]{0,500}$")


class Line:
    """One line of a screen with a cursor in it; what happens on other lines is none of its business."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.at = 0
        self.left: list[str] = []
        """The lines the cursor went on from since somebody took them."""
        self._rest = ""

    @property
    def text(self) -> str:
        return "".join(self.cells)

    def feed(self, text: str) -> None:
        text, self._rest = self._rest + text, ""
        if unfinished := _UNFINISHED.search(text):
            text, self._rest = text[: unfinished.start()], unfinished[0]
        for found in _SEQUENCE.finditer(text):
            parameters, final, control, plain = found.groups()
            if plain:
                self._put(plain)
            elif control:
                self._control(control)
            elif final:
                self._move(parameters, final)

    def _put(self, text: str) -> None:
        room = max(0, MOST_CHARACTERS - self.at)
        self.cells += [" "] * (self.at - len(self.cells))
        self.cells[self.at : self.at + len(text)] = text[:room]
        self.at = min(self.at + len(text), MOST_CHARACTERS)

    def _control(self, control: str) -> None:
        if control == "\b":
            self.at = max(0, self.at - 1)
        elif control == "\r":
            self.at = 0
        elif control == "\n":
            self.left = [*self.left[-20:], self.text]
            self.cells, self.at = [], 0

    def _move(self, parameters: str, final: str) -> None:
        first = parameters.split(";")[0]
        count = min(int(first), MOST_CHARACTERS) if first.isdigit() else 0
        if final == "C":
            self.at = min(self.at + (count or 1), MOST_CHARACTERS)
        elif final == "D":
            self.at = max(0, self.at - (count or 1))
        elif final == "G":
            self.at = max(0, count - 1)
        elif final == "K":
            if count == 0:
                del self.cells[self.at :]
            elif count == 2:
                self.cells.clear()
        elif final == "P":
            del self.cells[self.at : self.at + (count or 1)]
        elif final == "@":
            self.cells[self.at : self.at] = [" "] * (count or 1)
        elif final in "HJ":
            self.cells, self.at = [], 0


class Deriver:
    """Fed with both directions, in the order they happened. Nothing here may fail on what a host sends."""

    def __init__(self) -> None:
        self._line = Line()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._prompt = ""
        self._editing = False
        self._entered = 0
        self._shown = 0
        self._unread = b""
        """Output that says nothing until somebody types."""

    def typed(self, data: bytes) -> None:
        self._read(self._unread)
        self._unread = b""
        if not self._editing:
            # What stands before the cursor now is the prompt.
            self._editing = True
            # Who types ahead does so before the prompt is there; it is likely the one of before.
            self._prompt = self._line.text[: self._line.at] or self._prompt
        if enters := data.count(b"\r"):
            self._entered, self._shown = self._entered + enters, 0
            self._editing = False

    def output(self, data: bytes) -> list[str]:
        """The command lines that are complete now: their line was left after Enter was pressed. Of a flood only the
        end is looked at."""
        if not self._entered:
            self._unread = (self._unread + data)[-MOST_UNREAD:]
            return []
        self._read(data[-MOST_UNREAD:])
        self._shown += len(data)
        commands = []
        for text in self._line.left[: self._entered]:
            self._entered -= 1
            if command := text.removeprefix(self._prompt).strip():
                commands.append(command)
        if self._shown > MOST_ECHO:
            self._entered = 0
        return commands

    def _read(self, data: bytes) -> None:
        self._line.left.clear()
        self._line.feed(self._decoder.decode(data))
