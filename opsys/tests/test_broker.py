"""The message folder: several processes write and read it at once, and no message is lost or read half."""

import multiprocessing
from queue import Empty

import pytest
from kombu import Connection
from kombu.utils.json import dumps

from opsys import broker
from tests.platform import PATIENCE_SECONDS

MESSAGES, WRITERS = 300, 3


def options(folder) -> dict:
    return {"data_folder_in": f"{folder}/in", "data_folder_out": f"{folder}/in", "control_folder": f"{folder}/control"}


def write(folder, writer: int) -> None:
    with Connection("folder://", transport_options=options(folder)) as connection:
        queue = connection.SimpleQueue("celery")
        for number in range(MESSAGES):
            queue.put(f"{writer}-{number}")


def test_readers_never_see_half_a_message(tmp_path):
    (tmp_path / "in").mkdir()
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write, args=(tmp_path, writer)) for writer in range(WRITERS)]
    for process in writers:
        process.start()
    seen = []
    with Connection("folder://", transport_options=options(tmp_path)) as connection:
        queue = connection.SimpleQueue("celery")
        while len(seen) < MESSAGES * WRITERS:
            try:
                message = queue.get(timeout=PATIENCE_SECONDS)
            except Empty:
                pytest.fail(f"only {len(seen)} messages arrived")
            seen.append(message.payload)
            message.ack()
    for process in writers:
        process.join()
        assert process.exitcode == 0
    assert len(set(seen)) == MESSAGES * WRITERS


def test_a_message_has_no_name_before_it_is_whole(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    with Connection("folder://", transport_options=options(tmp_path)) as connection:
        queue = connection.SimpleQueue("other")  # kombu remembers bindings for the life of a process
        found = []

        def look_then_dump(payload):
            with pytest.raises(Empty):
                queue.get(block=False)
            found.append("looked")
            return dumps(payload)

        monkeypatch.setattr(broker, "dumps", look_then_dump)
        queue.put("whole")
        assert found == ["looked"]
        assert queue.get(timeout=PATIENCE_SECONDS).payload == "whole"
