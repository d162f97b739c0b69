import datetime
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.page_audit_entry_public import PageAuditEntryPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    actor_prefix: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    target_prefix: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_actor_prefix: None | str | Unset
    if isinstance(actor_prefix, Unset):
        json_actor_prefix = UNSET
    else:
        json_actor_prefix = actor_prefix
    params["actor_prefix"] = json_actor_prefix

    json_action: None | str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    else:
        json_action = action
    params["action"] = json_action

    json_target_prefix: None | str | Unset
    if isinstance(target_prefix, Unset):
        json_target_prefix = UNSET
    else:
        json_target_prefix = target_prefix
    params["target_prefix"] = json_target_prefix

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

    params["newest_first"] = newest_first

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
        "url": "/v1/audit",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageAuditEntryPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PageAuditEntryPublic.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

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
) -> Response[PageAuditEntryPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    actor_prefix: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    target_prefix: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageAuditEntryPublic | Problem]:
    """Audit entries in the order of the chain

     Audit entries in the order of the chain.

    Roles: auditor.

    Args:
        actor_prefix (None | str | Unset): a role, or role:name
        action (None | str | Unset):
        target_prefix (None | str | Unset): an estate, or estate/thing
        since (datetime.datetime | None | Unset): at or after
        until (datetime.datetime | None | Unset): before
        newest_first (bool | Unset):  Default: False.
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAuditEntryPublic | Problem]
    """

    kwargs = _get_kwargs(
        actor_prefix=actor_prefix,
        action=action,
        target_prefix=target_prefix,
        since=since,
        until=until,
        newest_first=newest_first,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    actor_prefix: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    target_prefix: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageAuditEntryPublic | Problem | None:
    """Audit entries in the order of the chain

     Audit entries in the order of the chain.

    Roles: auditor.

    Args:
        actor_prefix (None | str | Unset): a role, or role:name
        action (None | str | Unset):
        target_prefix (None | str | Unset): an estate, or estate/thing
        since (datetime.datetime | None | Unset): at or after
        until (datetime.datetime | None | Unset): before
        newest_first (bool | Unset):  Default: False.
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAuditEntryPublic | Problem
    """

    return sync_detailed(
        client=client,
        actor_prefix=actor_prefix,
        action=action,
        target_prefix=target_prefix,
        since=since,
        until=until,
        newest_first=newest_first,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    actor_prefix: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    target_prefix: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageAuditEntryPublic | Problem]:
    """Audit entries in the order of the chain

     Audit entries in the order of the chain.

    Roles: auditor.

    Args:
        actor_prefix (None | str | Unset): a role, or role:name
        action (None | str | Unset):
        target_prefix (None | str | Unset): an estate, or estate/thing
        since (datetime.datetime | None | Unset): at or after
        until (datetime.datetime | None | Unset): before
        newest_first (bool | Unset):  Default: False.
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageAuditEntryPublic | Problem]
    """

    kwargs = _get_kwargs(
        actor_prefix=actor_prefix,
        action=action,
        target_prefix=target_prefix,
        since=since,
        until=until,
        newest_first=newest_first,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    actor_prefix: None | str | Unset = UNSET,
    action: None | str | Unset = UNSET,
    target_prefix: None | str | Unset = UNSET,
    since: datetime.datetime | None | Unset = UNSET,
    until: datetime.datetime | None | Unset = UNSET,
    newest_first: bool | Unset = False,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageAuditEntryPublic | Problem | None:
    """Audit entries in the order of the chain

     Audit entries in the order of the chain.

    Roles: auditor.

    Args:
        actor_prefix (None | str | Unset): a role, or role:name
        action (None | str | Unset):
        target_prefix (None | str | Unset): an estate, or estate/thing
        since (datetime.datetime | None | Unset): at or after
        until (datetime.datetime | None | Unset): before
        newest_first (bool | Unset):  Default: False.
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageAuditEntryPublic | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            actor_prefix=actor_prefix,
            action=action,
            target_prefix=target_prefix,
            since=since,
            until=until,
            newest_first=newest_first,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
