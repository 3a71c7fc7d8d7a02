"""The message folder of a one-machine set-up, made safe to read while others write.

Kombu's own filesystem transport opens a file under its final name and fills it afterwards. A reader in between finds
it empty, and the Celery worker ends on the JSON error. Here a file appears under its name only once it is whole.
"""

import os
import uuid

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

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
            part = table.with_name(f"{table.name}.{uuid.uuid4()}.part")
            part.write_bytes(
                str_to_bytes(dumps([filesystem.exchange_queue_t(routing_key or "", pattern or "", queue)]))
            )
            try:
                os.link(part, table)  # fails when another process was quicker, whose table must stay
            except FileExistsError:
                pass
            finally:
                part.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = "opsys.broker:Transport"
