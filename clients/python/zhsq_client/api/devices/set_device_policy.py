from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.device_policy import DevicePolicy
from ...models.device_public import DevicePublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    device_id: str,
    *,
    body: DevicePolicy,
    if_match: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/v1/estates/{estate}/devices/{device_id}".format(
            estate=quote(str(estate), safe=""),
            device_id=quote(str(device_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DevicePublic | Problem | None:
    if response.status_code == 200:
        response_200 = DevicePublic.from_dict(response.json())

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
) -> Response[DevicePublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    device_id: str,
    *,
    client: AuthenticatedClient,
    body: DevicePolicy,
    if_match: None | str | Unset = UNSET,
) -> Response[DevicePublic | Problem]:
    """Change what is asked of its probes, from the next one on

     Change what is asked of its probes, from the next one on.

    Roles: property, operator, platform.

    Args:
        estate (str):
        device_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (DevicePolicy):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DevicePublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        device_id=device_id,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    device_id: str,
    *,
    client: AuthenticatedClient,
    body: DevicePolicy,
    if_match: None | str | Unset = UNSET,
) -> DevicePublic | Problem | None:
    """Change what is asked of its probes, from the next one on

     Change what is asked of its probes, from the next one on.

    Roles: property, operator, platform.

    Args:
        estate (str):
        device_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (DevicePolicy):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DevicePublic | Problem
    """

    return sync_detailed(
        estate=estate,
        device_id=device_id,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    estate: str,
    device_id: str,
    *,
    client: AuthenticatedClient,
    body: DevicePolicy,
    if_match: None | str | Unset = UNSET,
) -> Response[DevicePublic | Problem]:
    """Change what is asked of its probes, from the next one on

     Change what is asked of its probes, from the next one on.

    Roles: property, operator, platform.

    Args:
        estate (str):
        device_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (DevicePolicy):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DevicePublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        device_id=device_id,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    device_id: str,
    *,
    client: AuthenticatedClient,
    body: DevicePolicy,
    if_match: None | str | Unset = UNSET,
) -> DevicePublic | Problem | None:
    """Change what is asked of its probes, from the next one on

     Change what is asked of its probes, from the next one on.

    Roles: property, operator, platform.

    Args:
        estate (str):
        device_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (DevicePolicy):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DevicePublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            device_id=device_id,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
