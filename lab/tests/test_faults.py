import pytest

from lab import LabError, faults
from lab.layout import PUBLIC_PORTS


@pytest.fixture
def control(tmp_path):
    return tmp_path / "faults.json"


def test_none_without_a_file(control):
    assert faults.read(control) == {}
    assert faults.Switchboard(control).fault("compute") is None


def test_switch_on_and_off(control):
    board = faults.Switchboard(control)
    faults.switch(control, "compute", "delay", seconds=2)
    faults.switch(control, "network", "hang")
    assert board.fault("compute") == faults.Fault("delay", 2)
    assert board.fault("network") == faults.Fault("hang")
    faults.switch(control, "compute", "off")
    assert board.fault("compute") is None
    assert list(faults.read(control)) == ["network"]


def test_all_means_every_service(control):
    faults.switch(control, "all", "cut")
    assert set(faults.read(control)) == set(PUBLIC_PORTS)
    faults.switch(control, "all", "off")
    assert faults.read(control) == {}


@pytest.mark.parametrize(("service", "mode"), [("nova", "hang"), ("compute", "explode")])
def test_what_does_not_exist_is_refused(control, service, mode):
    with pytest.raises(LabError):
        faults.switch(control, service, mode)
    assert not control.exists()
