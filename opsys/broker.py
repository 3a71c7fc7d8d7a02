"""The message folder of a one-machine set-up, made safe to read while others write.

Kombu's own filesystem transport opens a file under its final name and fills it afterwards. A reader in between finds
it empty, and the Celery worker ends on the JSON error. Here a file appears under its name only once it is whole.
"""

import os
import uuid

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

from opsys.whole_files import make_once

SCHEME = "folder"


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):
        name = f"{round(filesystem.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        whole = os.path.join(self.data_folder_out, name)
        part = f"{whole}.part"  # not the name of any queue's message
        with open(part, "wb") as file:
            file.write(str_to_bytes(dumps(payload)))
        os.replace(part, whole)

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        table = self._exchange_file(exchange)
        if not table.exists():
            self.control_folder.mkdir(exist_ok=True)
            row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue)
            make_once(table, str_to_bytes(dumps([row])))  # of the process that was quicker it stays
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = "opsys.broker:Transport"
