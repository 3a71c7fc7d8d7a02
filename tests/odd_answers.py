"""What clouds send when they are old, broken or hostile: for the tests of the rooms."""

from hypothesis import settings
from hypothesis import strategies as st

settings.register_profile("same-each-time", derandomize=True, deadline=None, max_examples=40, database=None)
settings.load_profile("same-each-time")

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(st.characters(exclude_categories=()), max_size=300),
    st.sampled_from(
        ["<script>alert(1)</script>", "\u202eevil", "x" * 300, "", "0001-01-01T00:00:00Z", "\ud800", "a\0b"]
    ),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "name", "addr", "server_id", "x"]), inner, max_size=3),
    ),
    max_leaves=5,
)
NAMES = [
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "服务器-1",
    "x" * 300,
    "a & b \"c\" 'd'",
    "{{ 7*7 }}",
    "%s",
    "",
    None,
]


def odd(answer: dict) -> st.SearchStrategy[dict]:
    """The answer with any of its fields missing or replaced by anything."""
    missing = object()
    fields = {
        key: st.one_of(st.just(missing), st.just(value), ANYTHING) for key, value in answer.items() if key != "id"
    }
    return st.fixed_dictionaries(fields).map(
        lambda made: {"id": answer["id"], **{key: value for key, value in made.items() if value is not missing}}
    )
