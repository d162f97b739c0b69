from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    estate: str,
    last_event_id: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["last-event-id"] = last_event_id

    params: dict[str, Any] = {}

    params["estate"] = estate

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/alerts/stream",
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | Problem | None:
    if response.status_code == 200:
        response_200 = cast(Any, None)
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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    estate: str,
    last_event_id: None | str | Unset = UNSET,
) -> Response[Any | Problem]:
    """Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on

     Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on.

    The answer's own `Last-Event-ID` says where it begins: a line that is cut before the first change
    resumes there.

    Roles: guard, property, operator, platform.

    Args:
        estate (str): whose alerts; '*': of every estate that the caller may see
        last_event_id (None | str | Unset): resumes behind this change; none is missed

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        last_event_id=last_event_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    estate: str,
    last_event_id: None | str | Unset = UNSET,
) -> Any | Problem | None:
    """Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on

     Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on.

    The answer's own `Last-Event-ID` says where it begins: a line that is cut before the first change
    resumes there.

    Roles: guard, property, operator, platform.

    Args:
        estate (str): whose alerts; '*': of every estate that the caller may see
        last_event_id (None | str | Unset): resumes behind this change; none is missed

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem
    """

    return sync_detailed(
        client=client,
        estate=estate,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    estate: str,
    last_event_id: None | str | Unset = UNSET,
) -> Response[Any | Problem]:
    """Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on

     Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on.

    The answer's own `Last-Event-ID` says where it begins: a line that is cut before the first change
    resumes there.

    Roles: guard, property, operator, platform.

    Args:
        estate (str): whose alerts; '*': of every estate that the caller may see
        last_event_id (None | str | Unset): resumes behind this change; none is missed

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        last_event_id=last_event_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    estate: str,
    last_event_id: None | str | Unset = UNSET,
) -> Any | Problem | None:
    """Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on

     Each change of an alert, named by what happened (opened, acknowledged, escalated, ...), from now on.

    The answer's own `Last-Event-ID` says where it begins: a line that is cut before the first change
    resumes there.

    Roles: guard, property, operator, platform.

    Args:
        estate (str): whose alerts; '*': of every estate that the caller may see
        last_event_id (None | str | Unset): resumes behind this change; none is missed

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            estate=estate,
            last_event_id=last_event_id,
        )
    ).parsed
