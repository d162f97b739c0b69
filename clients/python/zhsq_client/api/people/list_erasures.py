import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_erasure_receipt import PageErasureReceipt
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    subject: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_subject: None | str | Unset
    if isinstance(subject, Unset):
        json_subject = UNSET
    else:
        json_subject = subject
    params["subject"] = json_subject

    json_since: None | str | Unset
    if isinstance(since, Unset):
        json_since = UNSET
    elif isinstance(since, datetime.datetime):
        json_since = since.isoformat()
    else:
        json_since = since
    params["since"] = json_since

    json_until: None | str | Unset
    if isinstance(until, Unset):
        json_until = UNSET
    elif isinstance(until, datetime.datetime):
        json_until = until.isoformat()
    else:
        json_until = until
    params["until"] = json_until

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
        "url": "/v1/estates/{estate}/erasures".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageErasureReceipt | Problem | None:
    if response.status_code == 200:
        response_200 = PageErasureReceipt.from_dict(response.json())

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
) -> Response[PageErasureReceipt | Problem]:
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
    subject: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageErasureReceipt | Problem]:
    """Receipts, newest first

     Receipts, newest first.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject (None | str | Unset):
        since (datetime.datetime | None | Unset): erased at or after
        until (datetime.datetime | None | Unset): erased before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageErasureReceipt | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        subject=subject,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    *,
    client: AuthenticatedClient,
    subject: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageErasureReceipt | Problem | None:
    """Receipts, newest first

     Receipts, newest first.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject (None | str | Unset):
        since (datetime.datetime | None | Unset): erased at or after
        until (datetime.datetime | None | Unset): erased before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageErasureReceipt | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        subject=subject,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    subject: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageErasureReceipt | Problem]:
    """Receipts, newest first

     Receipts, newest first.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject (None | str | Unset):
        since (datetime.datetime | None | Unset): erased at or after
        until (datetime.datetime | None | Unset): erased before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageErasureReceipt | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        subject=subject,
        since=since,
        until=until,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    subject: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageErasureReceipt | Problem | None:
    """Receipts, newest first

     Receipts, newest first.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject (None | str | Unset):
        since (datetime.datetime | None | Unset): erased at or after
        until (datetime.datetime | None | Unset): erased before
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageErasureReceipt | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            subject=subject,
            since=since,
            until=until,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
