from datetime import timedelta


class NotDelivered(Exception):
    """Why not, as a sentence without the endpoint's secrets. `final`: asking again does not help. `wait`: so long we
    were told not to ask again."""

    def __init__(self, sentence: str, *, final: bool = False, wait: timedelta | None = None):
        super().__init__(sentence)
        self.final = final
        self.wait = wait or timedelta()
