"""docs/coverage.md says what there is, and nothing else."""

from django.utils.translation import override

from tests import coverage


def test_the_document_is_what_the_register_says():
    with override("en"):
        assert coverage.DOCUMENT.read_text() == coverage.document(), "run: python -m tests.coverage"


def test_what_was_not_tried_exists():
    assert set(coverage.UNTRIED) <= coverage.names()
