"""Why one archive, or one file in it, is not looked into."""


class RefusedError(Exception):
    """Stops the reading of one archive or file, never of the scan; becomes a row of the report.

    Args:
        reason: one sentence.
        hint: what to do next.
        whole: the app as a whole is left, not only this archive.
    """

    def __init__(self, reason: str, *, hint: str, whole: bool = False) -> None:
        super().__init__(reason)
        self.hint = hint
        self.whole = whole
