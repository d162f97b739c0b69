from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.pass_open import PassOpen
from ...models.pass_public import PassPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PassOpen,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/plates/passes",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PassPublic | Problem | None:
    if response.status_code == 201:
        response_201 = PassPublic.from_dict(response.json())

        return response_201

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[PassPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: PassOpen,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[PassPublic | Problem]:
    """Open a pass, then send its frames as they come

     Open a pass, then send its frames as they come. It ends when closed, or by itself some time after
    the last.

    Roles: guard, property, operator, platform.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (PassOpen):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PassPublic | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: PassOpen,
    idempotency_key: None | str | Unset = UNSET,
) -> PassPublic | Problem | None:
    """Open a pass, then send its frames as they come

     Open a pass, then send its frames as they come. It ends when closed, or by itself some time after
    the last.

    Roles: guard, property, operator, platform.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (PassOpen):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PassPublic | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: PassOpen,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[PassPublic | Problem]:
    """Open a pass, then send its frames as they come

     Open a pass, then send its frames as they come. It ends when closed, or by itself some time after
    the last.

    Roles: guard, property, operator, platform.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (PassOpen):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PassPublic | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: PassOpen,
    idempotency_key: None | str | Unset = UNSET,
) -> PassPublic | Problem | None:
    """Open a pass, then send its frames as they come

     Open a pass, then send its frames as they come. It ends when closed, or by itself some time after
    the last.

    Roles: guard, property, operator, platform.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (PassOpen):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PassPublic | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
