from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.event_result import EventResult
from ...models.problem import Problem
from ...models.receive_camera_body import ReceiveCameraBody
from ...models.receive_camera_dialect import (
    ReceiveCameraDialect,
    check_receive_camera_dialect,
)
from ...types import UNSET, Response


def _get_kwargs(
    dialect: ReceiveCameraDialect,
    *,
    body: ReceiveCameraBody,
    estate: str,
    device: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["estate"] = estate

    params["device"] = device

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/events/cameras/{dialect}".format(
            dialect=quote(str(dialect), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | list[EventResult] | None:
    if response.status_code == 202:
        response_202 = []
        _response_202 = response.json()
        for response_202_item_data in _response_202:
            response_202_item = EventResult.from_dict(response_202_item_data)

            response_202.append(response_202_item)

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
) -> Response[Problem | list[EventResult]]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dialect: ReceiveCameraDialect,
    *,
    client: AuthenticatedClient,
    body: ReceiveCameraBody,
    estate: str,
    device: str,
) -> Response[Problem | list[EventResult]]:
    """Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form

     Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form.

    Pictures in the form are not kept. What is no plate pass (motion, a heartbeat of the camera) is
    answered with an
    empty list.

    Roles: operator, platform.

    Args:
        dialect (ReceiveCameraDialect):
        estate (str):
        device (str):
        body (ReceiveCameraBody): as Dahua cameras post it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | list[EventResult]]
    """

    kwargs = _get_kwargs(
        dialect=dialect,
        body=body,
        estate=estate,
        device=device,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dialect: ReceiveCameraDialect,
    *,
    client: AuthenticatedClient,
    body: ReceiveCameraBody,
    estate: str,
    device: str,
) -> Problem | list[EventResult] | None:
    """Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form

     Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form.

    Pictures in the form are not kept. What is no plate pass (motion, a heartbeat of the camera) is
    answered with an
    empty list.

    Roles: operator, platform.

    Args:
        dialect (ReceiveCameraDialect):
        estate (str):
        device (str):
        body (ReceiveCameraBody): as Dahua cameras post it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | list[EventResult]
    """

    return sync_detailed(
        dialect=dialect,
        client=client,
        body=body,
        estate=estate,
        device=device,
    ).parsed


async def asyncio_detailed(
    dialect: ReceiveCameraDialect,
    *,
    client: AuthenticatedClient,
    body: ReceiveCameraBody,
    estate: str,
    device: str,
) -> Response[Problem | list[EventResult]]:
    """Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form

     Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form.

    Pictures in the form are not kept. What is no plate pass (motion, a heartbeat of the camera) is
    answered with an
    empty list.

    Roles: operator, platform.

    Args:
        dialect (ReceiveCameraDialect):
        estate (str):
        device (str):
        body (ReceiveCameraBody): as Dahua cameras post it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | list[EventResult]]
    """

    kwargs = _get_kwargs(
        dialect=dialect,
        body=body,
        estate=estate,
        device=device,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dialect: ReceiveCameraDialect,
    *,
    client: AuthenticatedClient,
    body: ReceiveCameraBody,
    estate: str,
    device: str,
) -> Problem | list[EventResult] | None:
    """Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form

     Take what a plate camera posts by itself: ONVIF or Hikvision XML, Dahua JSON, alone or as a part of
    a form.

    Pictures in the form are not kept. What is no plate pass (motion, a heartbeat of the camera) is
    answered with an
    empty list.

    Roles: operator, platform.

    Args:
        dialect (ReceiveCameraDialect):
        estate (str):
        device (str):
        body (ReceiveCameraBody): as Dahua cameras post it

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | list[EventResult]
    """

    return (
        await asyncio_detailed(
            dialect=dialect,
            client=client,
            body=body,
            estate=estate,
            device=device,
        )
    ).parsed
