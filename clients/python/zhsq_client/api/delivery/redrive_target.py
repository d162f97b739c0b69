from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.redriven import Redriven
from ...types import UNSET, Response, Unset


def _get_kwargs(
    target_id: str,
    *,
    delivery: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    params: dict[str, Any] = {}

    json_delivery: int | None | Unset
    if isinstance(delivery, Unset):
        json_delivery = UNSET
    else:
        json_delivery = delivery
    params["delivery"] = json_delivery

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/targets/{target_id}/redrive".format(
            target_id=quote(str(target_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Redriven | None:
    if response.status_code == 200:
        response_200 = Redriven.from_dict(response.json())

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Redriven]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    target_id: str,
    *,
    client: AuthenticatedClient,
    delivery: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[Problem | Redriven]:
    """Send what was set aside again: one message, or all of the target

     Send what was set aside again: one message, or all of the target. They keep their identifiers.

    Roles: operator.

    Args:
        target_id (str):
        delivery (int | None | Unset):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Redriven]
    """

    kwargs = _get_kwargs(
        target_id=target_id,
        delivery=delivery,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    target_id: str,
    *,
    client: AuthenticatedClient,
    delivery: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Problem | Redriven | None:
    """Send what was set aside again: one message, or all of the target

     Send what was set aside again: one message, or all of the target. They keep their identifiers.

    Roles: operator.

    Args:
        target_id (str):
        delivery (int | None | Unset):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Redriven
    """

    return sync_detailed(
        target_id=target_id,
        client=client,
        delivery=delivery,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    target_id: str,
    *,
    client: AuthenticatedClient,
    delivery: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[Problem | Redriven]:
    """Send what was set aside again: one message, or all of the target

     Send what was set aside again: one message, or all of the target. They keep their identifiers.

    Roles: operator.

    Args:
        target_id (str):
        delivery (int | None | Unset):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Redriven]
    """

    kwargs = _get_kwargs(
        target_id=target_id,
        delivery=delivery,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    target_id: str,
    *,
    client: AuthenticatedClient,
    delivery: int | None | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Problem | Redriven | None:
    """Send what was set aside again: one message, or all of the target

     Send what was set aside again: one message, or all of the target. They keep their identifiers.

    Roles: operator.

    Args:
        target_id (str):
        delivery (int | None | Unset):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Redriven
    """

    return (
        await asyncio_detailed(
            target_id=target_id,
            client=client,
            delivery=delivery,
            idempotency_key=idempotency_key,
        )
    ).parsed
