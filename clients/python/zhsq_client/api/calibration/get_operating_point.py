from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.operating_point_public import OperatingPointPublic
from ...models.problem import Problem
from ...types import UNSET, Response


def _get_kwargs(
    estate: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/estates/{estate}/operating-point".format(
            estate=quote(str(estate), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> OperatingPointPublic | Problem | None:
    if response.status_code == 200:
        response_200 = OperatingPointPublic.from_dict(response.json())

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
) -> Response[OperatingPointPublic | Problem]:
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
) -> Response[OperatingPointPublic | Problem]:
    """Which thresholds decide in this estate now, where they come from, and what to beware of

     Which thresholds decide in this estate now, where they come from, and what to beware of.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OperatingPointPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    *,
    client: AuthenticatedClient,
) -> OperatingPointPublic | Problem | None:
    """Which thresholds decide in this estate now, where they come from, and what to beware of

     Which thresholds decide in this estate now, where they come from, and what to beware of.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OperatingPointPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
) -> Response[OperatingPointPublic | Problem]:
    """Which thresholds decide in this estate now, where they come from, and what to beware of

     Which thresholds decide in this estate now, where they come from, and what to beware of.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[OperatingPointPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
) -> OperatingPointPublic | Problem | None:
    """Which thresholds decide in this estate now, where they come from, and what to beware of

     Which thresholds decide in this estate now, where they come from, and what to beware of.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        OperatingPointPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
        )
    ).parsed
