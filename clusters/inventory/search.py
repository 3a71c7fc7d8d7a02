"""What people search rows by, kept in one column."""

from typing import Any

from django.db import models
from django.db.models.lookups import Contains

from clusters.addresses import canonical, spellings


class SearchField(models.CharField):
    """What people search a row by, in one short column, so that a search need not read whole rows.

    The row's `search_words()` say what; they are written whenever the row is. What does not fit is not found.
    Kept in lower case and compared byte by byte, which is twice as fast as by a collation's rules: look it up with
    `contains`, in any case.
    """

    def __init__(self, **options: Any):
        # An index of four-byte characters may hold 768 of them on MariaDB, and lists filter by more than this.
        super().__init__(**{"max_length": 600, "editable": False, "default": "", **options})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        words = map(canonical, filter(None, model_instance.search_words()))
        text = " ".join(words)[: self.max_length].lower()
        setattr(model_instance, self.attname, text)
        return text


def contains_sql(column: str, text: str, connection: Any) -> tuple[str, str]:
    """The condition that a column, as it stands in SQL, holds a text, byte by byte, and its one parameter. On MariaDB
    INSTR compares a fifth to a third quicker than LIKE; on SQLite it is the other way round."""
    if connection.vendor == "mysql":
        return f"INSTR({column}, BINARY %s) > 0", text
    return f"{column} {connection.operators['contains']}", f"%{connection.ops.prep_for_like_query(text)}%"


def text_found(text: str) -> models.Q:
    """Rows whose search words hold the text, or the address it means."""
    condition = models.Q()
    for spelling in spellings(text):
        condition |= models.Q(search_text__contains=spelling)
    return condition


@SearchField.register_lookup
class _LowerContains(Contains):
    def get_prep_lookup(self) -> str:
        return str(self.rhs).lower()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        condition, param = contains_sql(column, self.rhs, connection)
        return condition, [*params, param]
