from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.access_event import AccessEvent
from ...models.anomaly_event import AnomalyEvent
from ...models.charger_event import ChargerEvent
from ...models.electrical_event import ElectricalEvent
from ...models.event_accepted import EventAccepted
from ...models.event_result import EventResult
from ...models.fire_event import FireEvent
from ...models.heartbeat_event import HeartbeatEvent
from ...models.lamp_event import LampEvent
from ...models.patrol_event import PatrolEvent
from ...models.perimeter_event import PerimeterEvent
from ...models.problem import Problem
from ...models.receive_events_body_type_2 import ReceiveEventsBodyType2
from ...models.vehicle_event import VehicleEvent
from ...models.wifi_event import WifiEvent
from ...types import UNSET, Response


def _get_kwargs(
    *,
    body: AccessEvent
    | AnomalyEvent
    | ChargerEvent
    | ElectricalEvent
    | FireEvent
    | HeartbeatEvent
    | LampEvent
    | list[
        AccessEvent
        | AnomalyEvent
        | ChargerEvent
        | ElectricalEvent
        | FireEvent
        | HeartbeatEvent
        | LampEvent
        | PatrolEvent
        | PerimeterEvent
        | VehicleEvent
        | WifiEvent
    ]
    | PatrolEvent
    | PerimeterEvent
    | ReceiveEventsBodyType2
    | VehicleEvent
    | WifiEvent,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/events",
    }

    if isinstance(body, AccessEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, VehicleEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, AnomalyEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, PerimeterEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, PatrolEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, ElectricalEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, FireEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, ChargerEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, LampEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, WifiEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, HeartbeatEvent):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, list):
        _kwargs["json"] = []
        for body_type_1_item_data in body:
            body_type_1_item: dict[str, Any]
            if isinstance(body_type_1_item_data, AccessEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, VehicleEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, AnomalyEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, PerimeterEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, PatrolEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, ElectricalEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, FireEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, ChargerEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, LampEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            elif isinstance(body_type_1_item_data, WifiEvent):
                body_type_1_item = body_type_1_item_data.to_dict()
            else:
                body_type_1_item = body_type_1_item_data.to_dict()

            _kwargs["json"].append(body_type_1_item)

    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EventAccepted | list[EventResult] | Problem | None:
    if response.status_code == 202:

        def _parse_response_202(data: object) -> EventAccepted | list[EventResult]:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_202_type_0 = EventAccepted.from_dict(data)

                return response_202_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, list):
                raise TypeError()
            response_202_type_1 = []
            _response_202_type_1 = data
            for response_202_type_1_item_data in _response_202_type_1:
                response_202_type_1_item = EventResult.from_dict(response_202_type_1_item_data)

                response_202_type_1.append(response_202_type_1_item)

            return response_202_type_1

        response_202 = _parse_response_202(response.json())

        return response_202

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[EventAccepted | list[EventResult] | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: AccessEvent
    | AnomalyEvent
    | ChargerEvent
    | ElectricalEvent
    | FireEvent
    | HeartbeatEvent
    | LampEvent
    | list[
        AccessEvent
        | AnomalyEvent
        | ChargerEvent
        | ElectricalEvent
        | FireEvent
        | HeartbeatEvent
        | LampEvent
        | PatrolEvent
        | PerimeterEvent
        | VehicleEvent
        | WifiEvent
    ]
    | PatrolEvent
    | PerimeterEvent
    | ReceiveEventsBodyType2
    | VehicleEvent
    | WifiEvent,
) -> Response[EventAccepted | list[EventResult] | Problem]:
    """Take an event, or a batch of up to 1000, in structured, batch or binary mode

     Take an event, or a batch of up to 1000, in structured, batch or binary mode.

    The answer comes once all is committed. Of a batch every event is answered on its own: what is
    refused does not
    keep the others out.

    Roles: operator, platform.

    Args:
        body (AccessEvent | AnomalyEvent | ChargerEvent | ElectricalEvent | FireEvent |
            HeartbeatEvent | LampEvent | list[AccessEvent | AnomalyEvent | ChargerEvent |
            ElectricalEvent | FireEvent | HeartbeatEvent | LampEvent | PatrolEvent | PerimeterEvent |
            VehicleEvent | WifiEvent] | PatrolEvent | PerimeterEvent | ReceiveEventsBodyType2 |
            VehicleEvent | WifiEvent):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventAccepted | list[EventResult] | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: AccessEvent
    | AnomalyEvent
    | ChargerEvent
    | ElectricalEvent
    | FireEvent
    | HeartbeatEvent
    | LampEvent
    | list[
        AccessEvent
        | AnomalyEvent
        | ChargerEvent
        | ElectricalEvent
        | FireEvent
        | HeartbeatEvent
        | LampEvent
        | PatrolEvent
        | PerimeterEvent
        | VehicleEvent
        | WifiEvent
    ]
    | PatrolEvent
    | PerimeterEvent
    | ReceiveEventsBodyType2
    | VehicleEvent
    | WifiEvent,
) -> EventAccepted | list[EventResult] | Problem | None:
    """Take an event, or a batch of up to 1000, in structured, batch or binary mode

     Take an event, or a batch of up to 1000, in structured, batch or binary mode.

    The answer comes once all is committed. Of a batch every event is answered on its own: what is
    refused does not
    keep the others out.

    Roles: operator, platform.

    Args:
        body (AccessEvent | AnomalyEvent | ChargerEvent | ElectricalEvent | FireEvent |
            HeartbeatEvent | LampEvent | list[AccessEvent | AnomalyEvent | ChargerEvent |
            ElectricalEvent | FireEvent | HeartbeatEvent | LampEvent | PatrolEvent | PerimeterEvent |
            VehicleEvent | WifiEvent] | PatrolEvent | PerimeterEvent | ReceiveEventsBodyType2 |
            VehicleEvent | WifiEvent):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventAccepted | list[EventResult] | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: AccessEvent
    | AnomalyEvent
    | ChargerEvent
    | ElectricalEvent
    | FireEvent
    | HeartbeatEvent
    | LampEvent
    | list[
        AccessEvent
        | AnomalyEvent
        | ChargerEvent
        | ElectricalEvent
        | FireEvent
        | HeartbeatEvent
        | LampEvent
        | PatrolEvent
        | PerimeterEvent
        | VehicleEvent
        | WifiEvent
    ]
    | PatrolEvent
    | PerimeterEvent
    | ReceiveEventsBodyType2
    | VehicleEvent
    | WifiEvent,
) -> Response[EventAccepted | list[EventResult] | Problem]:
    """Take an event, or a batch of up to 1000, in structured, batch or binary mode

     Take an event, or a batch of up to 1000, in structured, batch or binary mode.

    The answer comes once all is committed. Of a batch every event is answered on its own: what is
    refused does not
    keep the others out.

    Roles: operator, platform.

    Args:
        body (AccessEvent | AnomalyEvent | ChargerEvent | ElectricalEvent | FireEvent |
            HeartbeatEvent | LampEvent | list[AccessEvent | AnomalyEvent | ChargerEvent |
            ElectricalEvent | FireEvent | HeartbeatEvent | LampEvent | PatrolEvent | PerimeterEvent |
            VehicleEvent | WifiEvent] | PatrolEvent | PerimeterEvent | ReceiveEventsBodyType2 |
            VehicleEvent | WifiEvent):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EventAccepted | list[EventResult] | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: AccessEvent
    | AnomalyEvent
    | ChargerEvent
    | ElectricalEvent
    | FireEvent
    | HeartbeatEvent
    | LampEvent
    | list[
        AccessEvent
        | AnomalyEvent
        | ChargerEvent
        | ElectricalEvent
        | FireEvent
        | HeartbeatEvent
        | LampEvent
        | PatrolEvent
        | PerimeterEvent
        | VehicleEvent
        | WifiEvent
    ]
    | PatrolEvent
    | PerimeterEvent
    | ReceiveEventsBodyType2
    | VehicleEvent
    | WifiEvent,
) -> EventAccepted | list[EventResult] | Problem | None:
    """Take an event, or a batch of up to 1000, in structured, batch or binary mode

     Take an event, or a batch of up to 1000, in structured, batch or binary mode.

    The answer comes once all is committed. Of a batch every event is answered on its own: what is
    refused does not
    keep the others out.

    Roles: operator, platform.

    Args:
        body (AccessEvent | AnomalyEvent | ChargerEvent | ElectricalEvent | FireEvent |
            HeartbeatEvent | LampEvent | list[AccessEvent | AnomalyEvent | ChargerEvent |
            ElectricalEvent | FireEvent | HeartbeatEvent | LampEvent | PatrolEvent | PerimeterEvent |
            VehicleEvent | WifiEvent] | PatrolEvent | PerimeterEvent | ReceiveEventsBodyType2 |
            VehicleEvent | WifiEvent):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EventAccepted | list[EventResult] | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
