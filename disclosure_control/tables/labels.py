"""The label of margins, which no category may have."""

from typing import Final

ALL: Final = "All"
