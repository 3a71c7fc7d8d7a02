class NotDelivered(Exception):
    """Why not, as a sentence without the endpoint's secrets. `final`: asking again does not help."""

    def __init__(self, sentence: str, *, final: bool = False):
        super().__init__(sentence)
        self.final = final
