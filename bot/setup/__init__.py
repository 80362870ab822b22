"""`amends setup`: one question at a time, each answer tried at once, the files written at the very end.

Who answers (`asking`: `terminal`, `answers`) and what is asked (`accounts`, `room`, `shop`, in the order of
`wizard`) know nothing of each other. `trying` asks the platforms, `envfile` and `shopfile` compose the files,
`keeping` puts them in place, `first_card` waits for the proof that it works. Words: `flows/words/setup.*.toml`.
"""

from bot.setup.answers import AnswersFile
from bot.setup.asking import AnswerFailed, Asker
from bot.setup.wizard import Wizard

__all__ = ["AnswerFailed", "AnswersFile", "Asker", "Wizard"]
