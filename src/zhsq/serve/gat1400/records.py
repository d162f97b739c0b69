"""The objects of GA/T 1400.3-2017 and the messages of GA/T 1400.4-2017 that this adapter sends: these and no others.

Fields are those of the standard's annexes, as far as this adapter fills them; docs/gat1400.md says which clauses, and where
we know the standard by public implementations only. A new kind of record needs a class here, and
`tests/serve/gat1400/test_records.py` refuses fields of persons, faces and pictures.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

#: Times of the standard: yyyyMMddHHmmss by the platform's clock.
_ZONE = timezone(timedelta(hours=8))
DeviceId = Annotated[str, Field(pattern=r"^\d{20}$")]
SubscribeId = Annotated[str, Field(pattern=r"^\d{33}$")]
Time = Annotated[str, Field(pattern=r"^\d{14}$")]
#: Types of information within identifiers (GA/T 1400.1, annex on identifiers): an image, a motor vehicle, a notification.
_IMAGE, _MOTOR_VEHICLE, _NOTIFICATION = "02", "02", "04"
#: ColorType: our colours of plates in the standard's codes.
_COLOURS = {"black": "1", "white": "2", "blue": "5", "yellow": "6", "green": "9"}
_OTHER = "99"


class Record(BaseModel):
    """Of every object: nothing beside its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RegisterObject(Record):
    DeviceID: DeviceId


class KeepaliveObject(Record):
    DeviceID: DeviceId


class UnRegisterObject(Record):
    DeviceID: DeviceId


class APEStatusObject(Record):
    """The state of one device (采集设备状态)."""

    ApeID: DeviceId
    #: 1 online, 2 offline.
    IsOnline: Literal["1", "2"]
    CurrentTime: Time


class DeviceStatusList(Record):
    APEStatusObject: tuple[APEStatusObject, ...]


class SubscribeNotificationObject(Record):
    """A notification under a subscription of the platform's (1400.3, A.20); ours carries states of devices only."""

    NotificationID: Annotated[str, Field(pattern=r"^\d{33}$")]
    SubscribeID: SubscribeId
    Title: Annotated[str, Field(max_length=256)]
    TriggerTime: Time
    InfoIDs: DeviceId
    DeviceStatusList: DeviceStatusList


class MotorVehicleObject(Record):
    """A vehicle that an alert is about: where, when, its plate. No picture, no place in one, nobody inside it."""

    MotorVehicleID: Annotated[str, Field(pattern=r"^\d{48}$")]
    #: 1: taken by a device.
    InfoKind: Literal[1] = 1
    SourceID: Annotated[str, Field(pattern=r"^\d{41}$")]
    DeviceID: DeviceId
    #: No picture is given, so no place in it either.
    LeftTopX: Literal[0] = 0
    LeftTopY: Literal[0] = 0
    RightBtmX: Literal[0] = 0
    RightBtmY: Literal[0] = 0
    PassTime: Time
    HasPlate: Literal["0", "1"]
    PlateClass: Literal["99"] = "99"
    PlateColor: str
    PlateNo: Annotated[str, Field(max_length=16)] = ""
    VehicleColor: Literal["99"] = "99"


class Push(Record):
    """A message about something; its path is its class's own."""

    path: ClassVar[str]


class StatesPush(Push):
    """POST /VIID/SubscribeNotifications (1400.4, 7.2.21)."""

    path: ClassVar[str] = "/VIID/SubscribeNotifications"

    SubscribeNotificationListObject: dict[
        Literal["SubscribeNotificationObject"], tuple[SubscribeNotificationObject, ...]
    ]


class VehiclesPush(Push):
    """POST /VIID/MotorVehicles."""

    path: ClassVar[str] = "/VIID/MotorVehicles"

    MotorVehicleListObject: dict[Literal["MotorVehicleObject"], tuple[MotorVehicleObject, ...]]


#: Everything that can be pushed.
PUSHES: tuple[type[Push], ...] = (StatesPush, VehiclesPush)


def state(ape: str, *, online: bool, at: datetime, subscription: str, number: int, device: str) -> StatesPush:
    """The state of one device.

    Args:
        ape: its identifier on the platform, 20 digits.
        online: whether it is.
        at: since when, UTC.
        subscription: of the platform, 33 digits.
        number: of the message: the same number makes the same identifier, however often it is sent.
        device: its name, for people.
    """
    moment = time_of(at)
    told = SubscribeNotificationObject(
        NotificationID=f"{subscription[:12]}{_NOTIFICATION}{moment}{number % 100_000:05d}",
        SubscribeID=subscription,
        Title=f"设备状态 {device}"[:256],
        TriggerTime=moment,
        InfoIDs=ape,
        DeviceStatusList=DeviceStatusList(
            APEStatusObject=(APEStatusObject(ApeID=ape, IsOnline="1" if online else "2", CurrentTime=moment),)
        ),
    )
    return StatesPush(SubscribeNotificationListObject={"SubscribeNotificationObject": (told,)})


def vehicle(ape: str, *, at: datetime, number: int, passed: dict[str, Any]) -> VehiclesPush:
    """The vehicle of an alert.

    Args:
        ape: identifier of the device that saw it, 20 digits.
        at: when, UTC.
        number: of the message, as above.
        passed: payload of the event of the kind `vehicle`.
    """
    moment, plate = time_of(at), str(passed.get("plate", ""))
    source = f"{ape}{_IMAGE}{moment}{number % 100_000:05d}"
    told = MotorVehicleObject(
        MotorVehicleID=f"{source}{_MOTOR_VEHICLE}00001",
        SourceID=source,
        DeviceID=ape,
        PassTime=moment,
        HasPlate="1" if plate else "0",
        PlateColor=_COLOURS.get(str(passed.get("colour", "")), _OTHER),
        PlateNo=plate,
    )
    return VehiclesPush(MotorVehicleListObject={"MotorVehicleObject": (told,)})


def time_of(at: datetime) -> str:
    """UTC without zone -> yyyyMMddHHmmss in China."""
    return at.replace(tzinfo=UTC).astimezone(_ZONE).strftime("%Y%m%d%H%M%S")


def read_time(text: str) -> datetime | None:
    """yyyyMMddHHmmss in China -> UTC without zone; None for what is none."""
    try:
        local = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_ZONE)
    except ValueError:
        return None
    return local.astimezone(UTC).replace(tzinfo=None)
