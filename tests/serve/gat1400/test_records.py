"""What this adapter can say at all: no person, no face, no picture, no template, by construction."""

from __future__ import annotations

import inspect
import pkgutil
import re
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

import zhsq.serve.gat1400
from zhsq.serve.gat1400 import bases, records
from zhsq.serve.gat1400.link import Link
from zhsq.serve.gat1400.records import PUSHES, Push, Record, read_time, state, time_of, vehicle

AT = datetime(2026, 11, 26, 1, 2, 3)
APE = "33010200001190000001"
#: Anything of a person, a body, a face, a picture or a template, as the standard or we would call it.
PERSONAL = re.compile(
    r"face|person|people|human|subimage|image|picture|photo|storageurl|feature|template|vector|embedding|gender|age$|"
    r"ethnic|name|idnumber|idtype|driver|passenger|owner|resident|subject|accompan|skin|hair|phone|mac",
    re.IGNORECASE,
)


def models() -> list[type[BaseModel]]:
    """Every model that a module of the package defines."""
    found = []
    for module in pkgutil.iter_modules(zhsq.serve.gat1400.__path__):
        made = import_module(f"zhsq.serve.gat1400.{module.name}")
        found += [each for _, each in inspect.getmembers(made, inspect.isclass) if issubclass(each, BaseModel)]
    return sorted(set(found), key=lambda each: each.__name__)


def test_no_record_has_a_field_of_a_person_a_face_or_a_picture() -> None:
    kinds = [each for each in models() if issubclass(each, Record)]
    assert {"MotorVehicleObject", "APEStatusObject", "SubscribeNotificationObject"} <= {each.__name__ for each in kinds}
    for kind in kinds:
        assert kind.model_config["extra"] == "forbid"
        names = [name for name in kind.model_fields if PERSONAL.search(name)]
        assert not names, (kind.__name__, names)
        assert not PERSONAL.search(kind.__name__), kind.__name__


def test_the_test_above_would_see_one() -> None:
    for name in (
        "FaceListObject",
        "PersonObject",
        "SubImageList",
        "FeatureInfo",
        "StorageUrl1",
        "GenderCode",
        "OwnerName",
    ):
        assert PERSONAL.search(name)


def test_the_only_messages_are_states_and_vehicles_and_only_they_have_a_path() -> None:
    assert {push.path for push in PUSHES} == {"/VIID/SubscribeNotifications", "/VIID/MotorVehicles"}
    assert set(PUSHES) == {each for each in models() if issubclass(each, Push) and each is not Push}
    assert inspect.signature(Link.push).parameters["record"].annotation == "Push"


def test_no_other_interface_is_named_anywhere_in_the_package() -> None:
    text = "".join(path.read_text("utf-8") for path in Path(zhsq.serve.gat1400.__path__[0]).glob("*.py"))
    paths = set(re.findall(r'"(/VI\w+(?:/\w+)*)"', text))
    assert paths == {
        "/VIID/System/Register", "/VIID/System/Keepalive", "/VIID/System/UnRegister", "/VIID/System/Time",
        "/VIID/SubscribeNotifications", "/VIID/MotorVehicles",
    }  # fmt: skip


def test_a_legal_basis_can_name_states_and_vehicles_and_nothing_else() -> None:
    assert get_args(bases.RecordKind) == ("device-states", "vehicle-alerts")


def test_a_field_of_a_face_is_refused() -> None:
    made = vehicle(APE, at=AT, number=7, passed={"plate": "皖A12345"}).model_dump()
    one = made["MotorVehicleListObject"]["MotorVehicleObject"][0]
    with pytest.raises(ValidationError, match="SubImageList"):
        records.MotorVehicleObject.model_validate({**one, "SubImageList": {}})


def test_a_vehicle_has_identifiers_of_the_standard_s_lengths_that_stay_the_same() -> None:
    first, again = (
        vehicle(APE, at=AT, number=123_456, passed={"plate": "皖A12345", "colour": "green"}) for _ in range(2)
    )
    assert first == again
    one = first.MotorVehicleListObject["MotorVehicleObject"][0]
    assert one.MotorVehicleID == f"{APE}0220261126090203234560200001" and len(one.SourceID) == 41
    assert (one.PassTime, one.HasPlate, one.PlateNo, one.PlateColor) == ("20261126090203", "1", "皖A12345", "9")
    bare = vehicle(APE, at=AT, number=1, passed={}).MotorVehicleListObject["MotorVehicleObject"][0]
    assert (bare.HasPlate, bare.PlateNo, bare.PlateColor) == ("0", "", "99")


def test_a_state_is_a_notification_under_the_platform_s_subscription() -> None:
    made = state(APE, online=False, at=AT, subscription="1" * 33, number=9, device="门口")
    one = made.SubscribeNotificationListObject["SubscribeNotificationObject"][0]
    assert len(one.NotificationID) == 33 and one.DeviceStatusList.APEStatusObject[0].IsOnline == "2"


def test_times_are_china_s() -> None:
    assert time_of(AT) == "20261126090203" and read_time("20261126090203") == AT and read_time("soon") is None
