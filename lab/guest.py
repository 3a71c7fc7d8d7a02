"""What stands on the screen of a server of the lab: a login that takes any name and no password, then a shell."""

import os
import signal
import sys

HOME = "/tmp"
# Ignored by what started the lab (a script in the background), they would be by every program of the shell.
SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGPIPE)
ISSUE = "\r\nDebian GNU/Linux 12 lab {terminal}\r\n\r\n"


def main() -> None:
    sys.stdout.write(ISSUE.format(terminal=os.path.basename(os.ttyname(0))))
    name = ""
    while not name:
        name = input("lab login: ").strip()
    shell = ["/bin/bash", "--norc", "-i"]
    if os.geteuid() == 0:
        shell = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", *shell]
    os.chdir(HOME)
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": name,
        "TERM": os.environ.get("TERM", "vt220"),
        "LANG": "C.UTF-8",
        "PS1": f"{name}@lab:" + r"\w$ ",
    }
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    os.execvpe(shell[0], shell, environment)


if __name__ == "__main__":
    try:
        main()
    except (EOFError, KeyboardInterrupt):
        sys.exit(1)
