"""The words of a page, as people see or hear them."""

import re
from html.parser import HTMLParser

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


class Words(HTMLParser):
    """Latin words a person sees or hears on a page. `code`, `pre` and what another language is marked for do not
    count: they hold what a cloud or a person wrote."""

    SILENT = ("script", "style", "code", "pre", "kbd")
    SPOKEN = ("aria-label", "title", "placeholder", "alt")
    EMPTY = ("br", "hr", "img", "input", "link", "meta", "use", "source", "wbr")

    def __init__(self, text: str):
        super().__init__()
        self.found: list[str] = []
        self.silent: list[bool] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        foreign = tag != "html" and values.get("lang") not in (None, "zh-hans")
        silent = tag in self.SILENT or foreign or any(self.silent)
        if not silent:
            for name, value in attrs:
                if name in self.SPOKEN or name.startswith("data-text-"):
                    self.listen(value or "")
            if tag == "input" and values.get("type") in ("submit", "button"):
                self.listen(values.get("value") or "")
        if tag not in self.EMPTY:
            self.silent.append(silent)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.silent.pop()

    def handle_endtag(self, tag):
        if tag not in self.EMPTY and self.silent:
            self.silent.pop()

    def handle_data(self, data):
        if not any(self.silent):
            self.listen(data)

    def listen(self, text: str) -> None:
        self.found += re.findall(r"[A-Za-z][A-Za-z_.-]*[A-Za-z]", PLACEHOLDER.sub(" ", text))
