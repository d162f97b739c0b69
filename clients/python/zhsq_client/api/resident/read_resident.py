from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.resident_state import ResidentState
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    x_resident_code: str | Unset = "",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_resident_code, Unset):
        headers["X-Resident-Code"] = x_resident_code

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/resident",
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ResidentState | None:
    if response.status_code == 200:
        response_200 = ResidentState.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

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
) -> Response[Problem | ResidentState]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Response[Problem | ResidentState]:
    """What the code is good for, and what is agreed to

     What the code is good for, and what is agreed to.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ResidentState]
    """

    kwargs = _get_kwargs(
        x_resident_code=x_resident_code,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Problem | ResidentState | None:
    """What the code is good for, and what is agreed to

     What the code is good for, and what is agreed to.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ResidentState
    """

    return sync_detailed(
        client=client,
        x_resident_code=x_resident_code,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Response[Problem | ResidentState]:
    """What the code is good for, and what is agreed to

     What the code is good for, and what is agreed to.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ResidentState]
    """

    kwargs = _get_kwargs(
        x_resident_code=x_resident_code,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Problem | ResidentState | None:
    """What the code is good for, and what is agreed to

     What the code is good for, and what is agreed to.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ResidentState
    """

    return (
        await asyncio_detailed(
            client=client,
            x_resident_code=x_resident_code,
        )
    ).parsed
