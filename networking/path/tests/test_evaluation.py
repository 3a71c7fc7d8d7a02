"""Ways as worked out by hand."""

import pytest

from networking.path.evaluation import way
from networking.path.steps import Because, State, Verdict
from networking.path.tests.cases import CASES
from networking.path.tests.known import world


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ways_worked_out_by_hand(case):
    known = world()
    case.change(known)
    found = way(known, known.port(f"{case.source}-port"), case.target, case.traffic, meant=case.meant)
    assert found.verdict is case.verdict, found.steps
    reasons = [step.because for step in found.steps if found.verdict in (Verdict.YES, Verdict.LEAVES)]
    not_passed = [step.because for step in found.steps if step.state is not State.PASSES]
    assert case.why in (reasons or not_passed[:1]), found.steps


def test_there_are_sixty_cases_with_names_of_their_own():
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_every_reason_has_a_case():
    seen = set()
    for case in CASES:
        known = world()
        case.change(known)
        port = known.port(f"{case.source}-port")
        seen |= {step.because for step in way(known, port, case.target, case.traffic, meant=case.meant).steps}
    assert set(Because) - seen == set()


def test_all_that_blocks_is_told_at_once():
    known = world()
    known.servers["web"] = "SHUTOFF"
    known.changed("db-port", up=False, groups=())
    found = way(known, known.port("web-port"), "10.2.0.10", CASES[0].traffic)
    blocked = [step.because for step in found.steps if step.state is State.BLOCKS]
    assert blocked == [Because.SERVER_IS_OFF, Because.NO_GROUP, Because.PORT_IS_OFF]
