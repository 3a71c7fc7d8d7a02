"""A host that is not like others: passwords, one-time codes, silence. Paramiko's server, in this process."""

import socket
import threading

import paramiko

from tests.sshd import keygen

PASSWORD, CODE = "correct horse", "123456"


class OddHost:
    """`methods`: what it takes of everybody, in this order, all of them: "password", "publickey",
    "keyboard-interactive". Its shell says what it hears. `rounds` of the last: what is asked in each and what it wants
    to hear, as `(text, prompts, answers)`."""

    ONE_CODE = (("<b>From your token</b>", (("Code: ", False),), [CODE]),)

    def __init__(self, folder, *methods, key=None, rounds=ONE_CODE):
        self.methods, self.key, self.rounds = methods, key, rounds
        self.environment, self.banner = {}, None
        self.sftp = None  # what file transfer begins with, where there is one
        keygen(folder / "odd", "ecdsa")
        self._host_key = paramiko.ECDSAKey.from_private_key_file(str(folder / "odd"))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.transports = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self._host_key)
            self.transports.append(transport)
            transport.start_server(server=_Answers(self), event=threading.Event())

    def close(self):
        self._listening.close()
        for transport in self.transports:
            transport.close()


class _Answers(paramiko.ServerInterface):
    def __init__(self, host):
        self.host, self.left, self.round = host, list(host.methods), 0

    def get_allowed_auths(self, username):
        return ",".join(self.left[:1])

    def _passed(self, method, well):
        if not well or self.left[:1] != [method]:
            return paramiko.AUTH_FAILED
        self.left.pop(0)
        return paramiko.AUTH_PARTIALLY_SUCCESSFUL if self.left else paramiko.AUTH_SUCCESSFUL

    def check_auth_password(self, username, password):
        return self._passed("password", password == PASSWORD)

    def check_auth_publickey(self, username, key):
        return self._passed("publickey", key == self.host.key)

    def check_auth_interactive(self, username, submethods):
        if self.left[:1] != ["keyboard-interactive"]:
            return paramiko.AUTH_FAILED
        self.round = 0
        return self._question()

    def _question(self):
        text, prompts, _answers = self.host.rounds[self.round]
        return paramiko.InteractiveQuery("One more", text, *prompts)

    def check_auth_interactive_response(self, responses):
        if responses != self.host.rounds[self.round][2]:
            return paramiko.AUTH_FAILED
        self.round += 1
        if self.round < len(self.host.rounds):
            return self._question()
        return self._passed("keyboard-interactive", well=True)

    def check_channel_request(self, kind, channel):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_env_request(self, channel, name, value):
        self.host.environment[name.decode()] = value.decode()
        return False

    def get_banner(self):
        return self.host.banner, "en"

    def check_channel_pty_request(self, channel, *arguments):
        return True

    def check_channel_shell_request(self, channel):
        threading.Thread(target=self._shell, args=(channel,), daemon=True).start()
        return True

    def check_channel_subsystem_request(self, channel, name):
        if self.host.sftp is None:
            return False
        threading.Thread(target=channel.sendall, args=(self.host.sftp,), daemon=True).start()
        return True

    def check_channel_window_change_request(self, channel, *arguments):
        return True

    def _shell(self, channel):
        channel.sendall(b"welcome\r\n")
        while data := channel.recv(1024):
            channel.sendall(data)
