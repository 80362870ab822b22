"""What is wrong with something that a person wrote, to be told in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

Translate = Callable[[str], str]


class Said(ValueError):
    """`template` says it in English, with places for `params`, and is the key of its translations. A parameter may
    be another Said: "line 3: ..." around what stands there.
    """

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.params = params

    def told(self, translate: Translate) -> str:
        """In another language: `translate` answers the template's translation."""
        params = {
            name: value.told(translate) if isinstance(value, Said) else value
            for name, value in self.params.items()
        }
        return translate(self.template).format(**params)
