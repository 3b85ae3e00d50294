"""Events as CloudEvents 1.0, by the rules of its JSON schema and of its JSON format."""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from qms.events import BATCH, STRUCTURED, batch
from qms.proofs.merkle import leaf_hash
from qms.values import canonical
from tests.systems import created

# CloudEvents 1.0.2, "Context Attributes": what each required or optional attribute must be.
REQUIRED = {"id", "source", "specversion", "type"}
OPTIONAL = {"datacontenttype", "dataschema", "subject", "time"}
PAYLOAD = {"data", "data_base64"}
RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
URI = r"[a-z][a-z0-9+.-]*:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
MEDIA = r"[\w.+-]+/[\w.+-]+"


@pytest.fixture(scope="module")
def events(stage):
    stage.issues("QT-05", "2024-02-01")
    stage.does("hung", created("QT-06", title="=1+1 “Đường”"))
    with stage.open() as system:
        yield list(system.trail.entries())


def test_every_event_follows_the_schema(events):
    for event in events:
        told = json.loads(canonical(event.cloudevent()))
        assert set(told) >= REQUIRED
        assert set(told) <= REQUIRED | OPTIONAL | PAYLOAD
        assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in set(told) - PAYLOAD)
        assert all(isinstance(told[name], str) and told[name] for name in set(told) - PAYLOAD)
        assert told["specversion"] == "1.0"
        assert re.fullmatch(URI, told["source"])
        assert urlsplit(told["source"]).scheme == "qms"
        assert re.fullmatch(RFC3339, told["time"])
        assert re.fullmatch(MEDIA, told["datacontenttype"])


def test_source_and_id_name_one_event(events):
    names = {(told["source"], told["id"]) for told in (event.cloudevent() for event in events)}

    assert len(names) == len(events)


def test_an_event_says_what_happened_to_what_and_when(events):
    event = events[-1]
    told = event.cloudevent()

    assert told["type"] == "qms.document.create/1"
    assert told["subject"] == "document:qt-06"
    assert told["source"] == "qms:qms-test"
    assert datetime.fromisoformat(told["time"]) == event.at
    assert told["data"]["title"]["vi"] == "Soạn thảo tài liệu mới"
    (title,) = (row for row in told["data"]["altered"]["document:qt-06"] if row["name"] == "title")
    assert title == {"name": "title", "before": None, "after": "=1+1 “Đường”"}


def test_the_entry_in_an_event_is_the_leaf_of_the_tree(events):
    for event in events:
        told = json.loads(canonical(event.cloudevent()))
        leaf = canonical(told["data"]["entry"])
        assert leaf == event.entry.data()
        assert leaf_hash(leaf).hex() == told["data"]["digest"]


def test_nobody_s_name_leaves_the_house(events):
    said = batch(events).decode()

    assert "Trần Văn Hùng" not in said
    assert "person:hung" in said


def test_several_events_are_a_batch(events):
    assert json.loads(batch(events[:3])) == [event.cloudevent() for event in events[:3]]
    assert batch([]) == b"[]"
    assert (STRUCTURED, BATCH) == (
        "application/cloudevents+json",
        "application/cloudevents-batch+json",
    )
