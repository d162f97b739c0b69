"""What a target of GA/T 1400 needs beside its address and password."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from zhsq.serve.alerting.events.payloads import Name
from zhsq.serve.gat1400.records import DeviceId, SubscribeId


class Options(BaseModel):
    """Given by the platform's operator when the estate is taken on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device_id: DeviceId = Field(description="of this system on the platform, 20 digits (GA/T 1400.1)")
    username: str = Field(min_length=1, max_length=100)
    #: Devices that have none are not told of.
    devices: dict[Name, DeviceId] = Field(
        default_factory=dict, description="device, as its events name it -> its ApeID on the platform"
    )
    subscribe_id: SubscribeId | None = Field(
        default=None, description="of the platform's subscription to states of devices, 33 digits; needed to tell them"
    )
