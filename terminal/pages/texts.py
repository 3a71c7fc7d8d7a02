"""What the scripts of the shells' page say. They get it as JSON in the page's language; `{…}` is filled there."""

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    return {**_states(), **_steps(), **_ends(), **_files()}


def player_texts() -> dict[str, str]:
    """For pages that only show a screen."""
    return {
        "input": _("Terminal"),
        "play": _("Play"),
        "pause": _("Pause"),
        "player.failed": _("The recording cannot be played: {reason}"),
        "player.unverified": _("The recording could not be verified: {reason}"),
        "player.verified": _("Complete and unchanged, {chunks} parts."),
        "watching": _("You see what {user} sees. Nothing you type goes there."),
        "skipped": _("Your connection is slower than the terminal: some output was left out."),
        **_ends(),
    }


def console_texts() -> dict[str, str]:
    """For the page of a server's screen."""
    return {
        "step.screen": _("Waiting for the screen…"),
        "step.again": _("The connection broke. Another console is being opened…"),
        "console.lost": _("Network lost – resuming…"),
        "console.facts": _("By way of the proxy {address}, port {port} · not recorded"),
        "console.facts.recorded": _("By way of the proxy {address}, port {port} · recorded"),
        "console.password": _("The screen wants a password, which the platform does not know."),
        **_steps(),
        **_ends(),
        "code.1000": _("The console was closed."),
        "code.4500": _("The console could not be reached."),
    }


def wall_texts() -> dict[str, str]:
    """For the page of small screens."""
    return {
        "wall.remove": _("Remove {name}"),
        "wall.screen": _("Screen of {name}"),
        "wall.waiting": _("Waiting for the screen…"),
        "wall.seconds": _("Changed {seconds} s ago"),
        "wall.minutes": _("Unchanged for {minutes} min"),
        "code.1000": _("The console was closed."),
        "code.4500": _("The console could not be reached."),
    }


def _states() -> dict[str, str]:
    return {
        "terminal": _("Terminal"),
        "input": _("Terminal input"),
        "recent": _("recent"),
        "choose": _("Connect to {name} differently"),
        "close": _("Close {name}"),
        "close.question": _("{name} is still connected. What runs there is ended, unless it runs without a terminal."),
        "state.connecting": _("connecting"),
        "state.asking": _("waits for you"),
        "state.open": _("connected"),
        "state.lost": _("connection lost"),
        "state.closed": _("ended"),
        "lost": _("Network lost – resuming, {seconds} s left"),
        "recorded": _("{who} · recorded"),
        "not_recorded": _("{who} · not recorded"),
        "weak": _("{who} · unsafe: {algorithms}"),
        "serial.size": _("A serial line has no size of its own. If lines break wrongly, type: {command}"),
        "found": _("{at} of {of}"),
        "broadcasting": _("What you type goes to {count} terminals."),
        "snippet.lines": _(
            "This snippet has several lines, which would run at once here. It was not inserted; copy it line by line."
        ),
    }


def _steps() -> dict[str, str]:
    return {
        "step.ticket": _("Asking for access…"),
        "step.resolving": _("Looking for the address…"),
        "step.connecting": _("Connecting…"),
        "step.authenticating": _("Logging in…"),
        "step.opening": _("Opening the shell…"),
        "step.answering": _("One moment…"),
        "key.others": _("The same key is known from other hosts: {hosts}. Machines made from one image may share it."),
        "login.title": _("Log in to {host}"),
        "login.failed": _("The host did not accept that. Try again or with something else."),
        "login.failed.methods": _("The host did not accept that. It takes: {methods}."),
        "prompts.title": _("{host} asks"),
        "prompts.nameless": _("Answer"),
        "choice.title": _("Connect to {name}"),
        "choice.ask": _("Ask me"),
    }


def _ends() -> dict[str, str]:
    again = _("Nothing is wrong with the platform. Try again in a moment.")
    return {
        "ended.quietly": _("The shell has ended"),
        "ended.title": _("The terminal was closed"),
        "code.1000": _("The host ended the shell."),
        "code.1006": _("The platform cannot be reached. Check your network and try again."),
        "code.4400": _("The page does not match the server's version. Load the page again."),
        "code.4401": _("You are logged out. Log in again, then open the terminal again."),
        "code.4403": _("You may not open this terminal."),
        "code.4404": _("The session is gone: the platform was restarted, or it ended while you were away."),
        "code.4408": _(
            "The terminal was closed because nothing was typed, or because the connection was lost too long."
        ),
        "code.4409": _("The terminal reached the longest time it may be open."),
        "code.4410": _("Somebody ended the terminal."),
        "code.4413": _("More was typed or pasted than the host takes in."),
        "code.4429": _("There are as many terminals open as are allowed. Close one first."),
        "code.4500": _("The host could not be reached by SSH."),
        "code.4503": _("The session cannot be recorded, and without a recording there is no shell."),
        "code.other": _("The connection was closed (code {code})."),
        "advice.dns": _("Check the host's name, or give its address."),
        "advice.refused": _("SSH does not listen there. Is the server up, and is the port right?"),
        "advice.timeout": _(
            "Is the server running, does its security group let port 22 in, and is there a way to its "
            "network? A floating IP often helps."
        ),
        "advice.unreachable": _(
            "There is no way from the platform to this network. A floating IP or a jump host often helps."
        ),
        "advice.not_ssh": _("Something other than SSH listens on this port. Connect differently, with another port."),
        "advice.algorithm": _(
            "The host's SSH is too old to be safe. Update it; or whoever administers the cluster saves it as a host "
            "and allows old algorithms there."
        ),
        "advice.authentication": _("Connect differently to choose another user or credential."),
        "advice.address": _(
            "Connect differently to choose another address, or ask who runs the platform to allow this network "
            "in the terminal's policy."
        ),
        "advice.port": _(
            "Connect differently to choose another port, or ask who runs the platform to allow it in the "
            "terminal's policy."
        ),
        "advice.cloud": again,
        "advice.no_console": _("The server's menu has a temporary link to the cloud's own page, for its other kinds."),
        "advice.lost_host": _("The server may have been restarted. Try again in a moment."),
        "advice.idle": _("Connect again to go on; what ran in the shell has ended."),
        "advice.lost": _("Connect again to go on; what ran in the shell has ended."),
        "advice.limit": _("The list of sessions shows which ones are yours."),
        "advice.recording": _("Tell who runs the platform: the disk of the recordings may be full."),
        "advice.4401": _("Load the page again to log in."),
    }


def _files() -> dict[str, str]:
    return {
        "files.up": _("The folder above"),
        "files.folder": _("folder"),
        "files.link": _("link"),
        "files.empty": _("This folder is empty."),
        "files.open_first": _("Files are shown once the terminal is connected."),
        "files.new": _("Name of the new folder"),
        "files.rename": _("New name of {name}"),
        "files.delete": _("Delete {name}? This cannot be undone."),
        "files.actions": _("Download, rename or delete {name}"),
        "files.uploading": _("{done} of {total}, uploading"),
        "files.downloading": _("{done} of {total}, downloading"),
        "files.done": _("{total}, SHA-256 {sha256}"),
        "files.stopped": _("Stopped at {done} of {total}."),
        "files.failed": _("Failed: {reason}"),
        "files.large": _("Over plain HTTP the browser takes files up to {limit}. Use HTTPS for larger ones."),
        "files.replace": _("{name} is there already. Replace it?"),
        "files.network": _("the platform cannot be reached"),
    }
