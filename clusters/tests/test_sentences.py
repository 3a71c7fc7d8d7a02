"""Sentences that are stored and told again in the reader's language."""

import copy
import json
import pickle

import pytest
from django.utils.translation import gettext_lazy, override

from audit.models import Event
from clusters.gateway import CloudError
from clusters.sentences import Sentence, as_data, gettext, joined, ngettext, retold, sentence, sentence_of


def again(text, language="zh-hans"):
    """The text as it is read after it was stored."""
    data = json.loads(json.dumps(as_data(text)))
    with override(language):
        return retold(data, "".join(text))


def test_a_message_with_its_values():
    text = gettext("Cluster %(cluster)s is disabled.") % {"cluster": "east"}
    assert text == "Cluster east is disabled." and again(text) == "集群 east 已停用。"
    assert again(text, "en") == text


def test_values_are_told_again_too():
    text = gettext("“%(name)s” was deleted.") % {"name": gettext_lazy("server")}
    assert "实例" in again(text)
    error = str(CloudError("quota", cluster="east", detail="too many cores"))
    assert again(error).endswith("too many cores") and "配额" in again(error)


def test_numbers_choose_the_form():
    message = "%(count)d run was missed since %(since)s.", "%(count)d runs were missed since %(since)s."
    text = ngettext(*message, 2) % {"count": 2, "since": "noon"}
    assert text == "2 runs were missed since noon." and "2" in again(text) and "noon" in again(text)
    both = joined(text, "", gettext("Started by hand."))
    assert both.endswith("Started by hand.") and "手动" in again(both)


def test_it_is_a_text_like_any_other():
    text = gettext("Not found.")
    assert isinstance(str(text), Sentence) and type(copy.deepcopy(text)) is str is type(
        pickle.loads(pickle.dumps(text))
    )
    assert as_data("plain") is None and as_data(sentence("plain")) is None
    assert as_data(sentence(gettext_lazy("Not found."))) == {"message": "Not found."}
    assert as_data(sentence_of({"message": "Not found."}, "…")) == {"message": "Not found."}


@pytest.mark.parametrize("data", [None, {}, {"message": "%(a)s %(b)s", "values": {"a": 1}}, {"plural": "x"}])
def test_what_cannot_be_told_again_stays_as_it_was(data):
    assert retold(data, "as it was") == "as it was"


def test_an_event_keeps_both(db):
    event = Event.objects.create(via="ui", action="x", reason=gettext("Not found."))
    event = Event.objects.get(pk=event.pk)
    with override("zh-hans"):
        assert (event.reason, event.told) == ("Not found.", "未找到。")
    assert Event.objects.create(via="ui", action="x", reason="Nova's own words").told == "Nova's own words"
