from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.vehicle_change import VehicleChange
from ...models.vehicle_public import VehiclePublic
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    vehicle_id: str,
    *,
    body: VehicleChange,
    if_match: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/estates/{estate}/vehicles/{vehicle_id}".format(
            estate=quote(str(estate), safe=""),
            vehicle_id=quote(str(vehicle_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | VehiclePublic | None:
    if response.status_code == 200:
        response_200 = VehiclePublic.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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
) -> Response[Problem | VehiclePublic]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    vehicle_id: str,
    *,
    client: AuthenticatedClient,
    body: VehicleChange,
    if_match: None | str | Unset = UNSET,
) -> Response[Problem | VehiclePublic]:
    """Change what the estate calls it

     Change what the estate calls it. Another plate is another vehicle: remove this one and register
    that.

    Roles: property, operator, platform.

    Args:
        estate (str):
        vehicle_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (VehicleChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | VehiclePublic]
    """

    kwargs = _get_kwargs(
        estate=estate,
        vehicle_id=vehicle_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    vehicle_id: str,
    *,
    client: AuthenticatedClient,
    body: VehicleChange,
    if_match: None | str | Unset = UNSET,
) -> Problem | VehiclePublic | None:
    """Change what the estate calls it

     Change what the estate calls it. Another plate is another vehicle: remove this one and register
    that.

    Roles: property, operator, platform.

    Args:
        estate (str):
        vehicle_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (VehicleChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | VehiclePublic
    """

    return sync_detailed(
        estate=estate,
        vehicle_id=vehicle_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    estate: str,
    vehicle_id: str,
    *,
    client: AuthenticatedClient,
    body: VehicleChange,
    if_match: None | str | Unset = UNSET,
) -> Response[Problem | VehiclePublic]:
    """Change what the estate calls it

     Change what the estate calls it. Another plate is another vehicle: remove this one and register
    that.

    Roles: property, operator, platform.

    Args:
        estate (str):
        vehicle_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (VehicleChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | VehiclePublic]
    """

    kwargs = _get_kwargs(
        estate=estate,
        vehicle_id=vehicle_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    vehicle_id: str,
    *,
    client: AuthenticatedClient,
    body: VehicleChange,
    if_match: None | str | Unset = UNSET,
) -> Problem | VehiclePublic | None:
    """Change what the estate calls it

     Change what the estate calls it. Another plate is another vehicle: remove this one and register
    that.

    Roles: property, operator, platform.

    Args:
        estate (str):
        vehicle_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (VehicleChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | VehiclePublic
    """

    return (
        await asyncio_detailed(
            estate=estate,
            vehicle_id=vehicle_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
