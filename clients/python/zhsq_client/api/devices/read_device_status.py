from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.devices_report import DevicesReport
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    silent_after_s: float | Unset = 600.0,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["silent_after_s"] = silent_after_s

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/estates/{estate}/devices/status".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DevicesReport | Problem | None:
    if response.status_code == 200:
        response_200 = DevicesReport.from_dict(response.json())

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
) -> Response[DevicesReport | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    silent_after_s: float | Unset = 600.0,
) -> Response[DevicesReport | Problem]:
    """How each device is that was registered or heard of

     How each device is that was registered or heard of.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        silent_after_s (float | Unset): after so long a device is silent Default: 600.0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DevicesReport | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        silent_after_s=silent_after_s,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    *,
    client: AuthenticatedClient,
    silent_after_s: float | Unset = 600.0,
) -> DevicesReport | Problem | None:
    """How each device is that was registered or heard of

     How each device is that was registered or heard of.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        silent_after_s (float | Unset): after so long a device is silent Default: 600.0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DevicesReport | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        silent_after_s=silent_after_s,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    silent_after_s: float | Unset = 600.0,
) -> Response[DevicesReport | Problem]:
    """How each device is that was registered or heard of

     How each device is that was registered or heard of.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        silent_after_s (float | Unset): after so long a device is silent Default: 600.0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DevicesReport | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        silent_after_s=silent_after_s,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    silent_after_s: float | Unset = 600.0,
) -> DevicesReport | Problem | None:
    """How each device is that was registered or heard of

     How each device is that was registered or heard of.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        silent_after_s (float | Unset): after so long a device is silent Default: 600.0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DevicesReport | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            silent_after_s=silent_after_s,
        )
    ).parsed
