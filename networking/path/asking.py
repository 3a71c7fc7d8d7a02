"""What is asked, from the words of an address, an API call or a command; and the answer, with names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.addresses import canonical
from clusters.models import Cluster
from networking.packet_filter import UNKNOWN, WITH_PORTS, WITH_TYPES, protocol_number
from networking.path import steps
from networking.path.evaluation import way
from networking.path.reading import Inventory
from networking.path.steps import ORDER, Place, State, Step, Verdict, Way
from networking.path.words import STATES, VERDICTS, sentence
from networking.path.world import Port, Traffic
from opsys.kit.declare import register
from opsys.kit.relate.naming import TOLD, Ambiguous

ENDS = (steps.SERVER, steps.PORT)
"""What a way can begin at, and lead to, beside addresses."""
MOST = 24
"""A server with many ports to one with many addresses: so many ways are looked at."""
RULE = "networking.securitygrouprule"


class PathForm(forms.Form):
    """`source` and `target` are names or ids of servers and ports, or TYPE/ID; the target may be an address."""

    source = forms.CharField(label=_("From"), max_length=300, help_text=_("A server or a port: name, ID or TYPE/ID."))
    target = forms.CharField(label=_("To"), max_length=300, help_text=_("An address, a server or a port."))
    protocol = forms.CharField(label=_("Protocol"), max_length=32, initial="tcp", required=False)
    port = forms.IntegerField(
        label=_("Port"),
        min_value=0,
        max_value=65535,
        required=False,
        help_text=_("For ICMP the type; leave empty for ping."),
    )
    code = forms.IntegerField(label=_("ICMP code"), min_value=0, max_value=255, required=False)

    def __init__(self, data: Any, *, cluster: Cluster, user):
        super().__init__(data)
        self.inventory = Inventory(cluster, user)

    def clean_protocol(self) -> str:
        text = self.cleaned_data["protocol"].strip().lower() or "tcp"
        number = protocol_number(text, 4)
        if number is None or number == UNKNOWN or number > 255:
            raise forms.ValidationError(_("A name such as tcp, udp or icmp, or a number from 1 to 255."))
        return text

    def clean_source(self) -> list[Port]:
        kind, row = self._end(self.cleaned_data["source"])
        if row is None:
            raise forms.ValidationError(_("No server or port here has this name, or you may not see it."))
        return self._ports(kind, row)

    def clean_target(self) -> list[tuple[str, str]]:
        """Addresses, each with the port that is meant to have it."""
        text = self.cleaned_data["target"].strip()
        try:
            return [(str(ip_address(canonical(text))), "")]
        except ValueError:
            kind, row = self._end(text)
        if row is None:
            raise forms.ValidationError(_("This is not an address, and no server or port here has this name."))
        ports = self._ports(kind, row)
        found = [(address, port.id) for port in ports for _subnet, address in port.addresses]
        return [*found, *((address, "") for address in self.inventory.floating_to(port.id for port in ports))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "protocol" in self.errors:
            return cleaned
        number = protocol_number(cleaned["protocol"], 4)
        if number in WITH_PORTS and not cleaned.get("port") and "port" not in self.errors:
            self.add_error("port", forms.ValidationError(_("Which port?"), code="required"))
        if number in WITH_TYPES and (cleaned.get("port") or 0) > 255:
            self.add_error("port", forms.ValidationError(_("A type of ICMP is a number from 0 to 255.")))
        return cleaned

    @property
    def traffic(self) -> Traffic:
        cleaned = self.cleaned_data
        if protocol_number(cleaned["protocol"], 4) in WITH_TYPES:
            return Traffic(cleaned["protocol"], icmp_type=cleaned["port"], icmp_code=cleaned["code"])
        return Traffic(cleaned["protocol"], cleaned["port"])

    def _end(self, text: str) -> tuple[str, Any]:
        """The one thing of any type with this id, or else with this name."""
        kind, _slash, cloud_id = text.strip().partition("/")
        if kind in ENDS:
            return kind, self.inventory.rows(kind).filter(cloud_id=cloud_id).first()
        for words in ({"cloud_id": text.strip()}, {"name": text.strip()}):
            rows = {kind: self.inventory.rows(kind).filter(**words).select_related("cluster") for kind in ENDS}
            found = [(kind, row) for kind in ENDS for row in rows[kind].order_by("pk")[: TOLD + 1]]
            if len(found) > 1:
                candidates = [row for _kind, row in found]
                reason = Ambiguous(text.strip(), candidates[:TOLD], len(candidates) > TOLD)
                raise forms.ValidationError(str(reason), code="ambiguous")
            if found:
                return found[0]
        return "", None

    def _ports(self, kind: str, row: Any) -> list[Port]:
        if kind == steps.SERVER:
            ports = self.inventory.ports_of_server(row.cloud_id)
        else:
            ports = [port for port in [self.inventory.port(row.cloud_id)] if port]
        if not any(port.addresses for port in ports):
            raise forms.ValidationError(_("It has no port with an address."))
        return ports


@dataclass(frozen=True)
class Named:
    """What stands at a step. Without a URL it is not in the inventory."""

    type: str
    id: str
    kind: str
    name: str
    url: str
    icon: str


@dataclass(frozen=True)
class Stand:
    """The steps that one thing is the reason of, for the drawing. The worst of them counts."""

    about: Named
    steps: "Sequence[ToldStep]"

    @property
    def state(self) -> State:
        states = [step.step.state for step in self.steps]
        return next((state for state in (State.BLOCKS, State.UNKNOWN) if state in states), State.PASSES)

    @property
    def look(self) -> tuple[str, str, str]:
        text, colour, icon = STATES[self.state]
        return str(text), colour, icon


@dataclass(frozen=True)
class ToldStep:
    step: Step
    about: Named
    rule: Named | None

    @property
    def text(self) -> str:
        return sentence(self.step)

    def as_dict(self) -> dict[str, Any]:
        return {
            "state": self.step.state.value,
            "reason": self.step.because.value,
            "text": self.text,
            "type": self.about.type,
            "id": self.about.id,
            "name": self.about.name,
            "rule": {"id": self.rule.id, "name": self.rule.name} if self.rule else None,
        }


@dataclass(frozen=True)
class ToldWay:
    way: Way
    source: Named
    steps: Sequence[ToldStep]

    @property
    def verdict(self) -> tuple[str, str]:
        text, colour = VERDICTS[self.way.verdict]
        return str(text), colour

    @cached_property
    def stands(self) -> list[Stand]:
        return [Stand(about, [*group]) for about, group in groupby(self.steps, key=lambda step: step.about)]

    def as_dict(self) -> dict[str, Any]:
        return {
            "source": self.way.source,
            "target": self.way.target,
            "verdict": self.way.verdict.value,
            "seen_as": self.way.seen,
            "arrives_at": self.way.arrived,
            "steps": [step.as_dict() for step in self.steps],
        }


def answer(form: PathForm) -> list[ToldWay]:
    """Of each port of the source to each address of the target, the best first. The form is valid."""
    asked = form.cleaned_data
    pairs = [(port, *target) for port in asked["source"] if port.addresses for target in asked["target"]]
    ways = [way(form.inventory, port, to, form.traffic, meant=meant) for port, to, meant in pairs[:MOST]]
    ways.sort(key=lambda one: ORDER.index(one.verdict))
    return _told(ways, form.inventory)


def verdict_of(ways: Sequence[ToldWay]) -> Verdict:
    return ways[0].way.verdict


def _told(ways: Sequence[Way], inventory: Inventory) -> list[ToldWay]:
    said = [step for one in ways for step in one.steps]
    places = [step.about for step in said] + [(RULE, step.rule) for step in said if step.rule]
    names = _names([*places, *((steps.PORT, one.source) for one in ways)], inventory)
    return [
        ToldWay(
            one,
            names[steps.PORT, one.source],
            [ToldStep(step, names[step.about], names[RULE, step.rule] if step.rule else None) for step in one.steps],
        )
        for one in ways
    ]


def _names(places: Iterable[Place], inventory: Inventory) -> Mapping[Place, Named]:
    """One query a type."""
    wanted: dict[str, set[str]] = {}
    for kind, cloud_id in places:
        wanted.setdefault(kind, set()).add(cloud_id)
    found = {}
    for kind, ids in wanted.items():
        resource = register.get(kind)
        known = {row.cloud_id: str(row) for row in inventory.rows(kind).filter(cloud_id__in=ids)}
        for cloud_id in ids:
            url = resource.url("item", inventory.cluster.name, cloud_id) if cloud_id in known else ""
            name = known.get(cloud_id) or cloud_id
            found[kind, cloud_id] = Named(kind, cloud_id, resource.label, name, url, resource.icon)
    return found
