from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_deliveries_state import (
    ListDeliveriesState,
    check_list_deliveries_state,
)
from ...models.page_delivery_public import PageDeliveryPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    target_id: str,
    *,
    state: ListDeliveriesState | Unset = "dead",
    alert: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_state: str | Unset = UNSET
    if not isinstance(state, Unset):
        json_state = state

    params["state"] = json_state

    json_alert: None | str | Unset
    if isinstance(alert, Unset):
        json_alert = UNSET
    else:
        json_alert = alert
    params["alert"] = json_alert

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/targets/{target_id}/deliveries".format(
            target_id=quote(str(target_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageDeliveryPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PageDeliveryPublic.from_dict(response.json())

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
) -> Response[PageDeliveryPublic | Problem]:
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
    state: ListDeliveriesState | Unset = "dead",
    alert: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageDeliveryPublic | Problem]:
    """Messages of a target, newest first; those that were set aside unless asked otherwise

     Messages of a target, newest first; those that were set aside unless asked otherwise.

    Roles: operator.

    Args:
        target_id (str):
        state (ListDeliveriesState | Unset):  Default: 'dead'.
        alert (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDeliveryPublic | Problem]
    """

    kwargs = _get_kwargs(
        target_id=target_id,
        state=state,
        alert=alert,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    target_id: str,
    *,
    client: AuthenticatedClient,
    state: ListDeliveriesState | Unset = "dead",
    alert: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageDeliveryPublic | Problem | None:
    """Messages of a target, newest first; those that were set aside unless asked otherwise

     Messages of a target, newest first; those that were set aside unless asked otherwise.

    Roles: operator.

    Args:
        target_id (str):
        state (ListDeliveriesState | Unset):  Default: 'dead'.
        alert (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDeliveryPublic | Problem
    """

    return sync_detailed(
        target_id=target_id,
        client=client,
        state=state,
        alert=alert,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    target_id: str,
    *,
    client: AuthenticatedClient,
    state: ListDeliveriesState | Unset = "dead",
    alert: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageDeliveryPublic | Problem]:
    """Messages of a target, newest first; those that were set aside unless asked otherwise

     Messages of a target, newest first; those that were set aside unless asked otherwise.

    Roles: operator.

    Args:
        target_id (str):
        state (ListDeliveriesState | Unset):  Default: 'dead'.
        alert (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDeliveryPublic | Problem]
    """

    kwargs = _get_kwargs(
        target_id=target_id,
        state=state,
        alert=alert,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    target_id: str,
    *,
    client: AuthenticatedClient,
    state: ListDeliveriesState | Unset = "dead",
    alert: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageDeliveryPublic | Problem | None:
    """Messages of a target, newest first; those that were set aside unless asked otherwise

     Messages of a target, newest first; those that were set aside unless asked otherwise.

    Roles: operator.

    Args:
        target_id (str):
        state (ListDeliveriesState | Unset):  Default: 'dead'.
        alert (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDeliveryPublic | Problem
    """

    return (
        await asyncio_detailed(
            target_id=target_id,
            client=client,
            state=state,
            alert=alert,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
