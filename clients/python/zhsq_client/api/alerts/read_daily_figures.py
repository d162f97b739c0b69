from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.daily import Daily
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    estate: None | str | Unset = UNSET,
    days: int | Unset = 14,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_estate: None | str | Unset
    if isinstance(estate, Unset):
        json_estate = UNSET
    else:
        json_estate = estate
    params["estate"] = json_estate

    params["days"] = days

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/alerts/daily",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Daily | Problem | None:
    if response.status_code == 200:
        response_200 = Daily.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Daily | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    days: int | Unset = 14,
) -> Response[Daily | Problem]:
    """Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false

     Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        days (int | Unset):  Default: 14.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Daily | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        days=days,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    days: int | Unset = 14,
) -> Daily | Problem | None:
    """Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false

     Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        days (int | Unset):  Default: 14.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Daily | Problem
    """

    return sync_detailed(
        client=client,
        estate=estate,
        days=days,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    days: int | Unset = 14,
) -> Response[Daily | Problem]:
    """Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false

     Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        days (int | Unset):  Default: 14.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Daily | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        days=days,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    estate: None | str | Unset = UNSET,
    days: int | Unset = 14,
) -> Daily | Problem | None:
    """Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false

     Alerts day by day, in the hours of the rules: how many, how fast they were handled, how many were
    false.

    Roles: guard, property, operator, platform.

    Args:
        estate (None | str | Unset):
        days (int | Unset):  Default: 14.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Daily | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            estate=estate,
            days=days,
        )
    ).parsed
