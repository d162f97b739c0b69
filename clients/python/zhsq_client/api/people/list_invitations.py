from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_invitations_state_type_0 import (
    ListInvitationsStateType0,
    check_list_invitations_state_type_0,
)
from ...models.page_invitation_public import PageInvitationPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    reference: None | str | Unset = UNSET,
    state: ListInvitationsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_reference: None | str | Unset
    if isinstance(reference, Unset):
        json_reference = UNSET
    else:
        json_reference = reference
    params["reference"] = json_reference

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, str):
        json_state = state
    else:
        json_state = state
    params["state"] = json_state

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
        "url": "/v1/estates/{estate}/invitations".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageInvitationPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PageInvitationPublic.from_dict(response.json())

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
) -> Response[PageInvitationPublic | Problem]:
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
    reference: None | str | Unset = UNSET,
    state: ListInvitationsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageInvitationPublic | Problem]:
    """Invitations, newest first; their codes can't be shown again

     Invitations, newest first; their codes can't be shown again.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        state (ListInvitationsStateType0 | None | Unset): open: may still be used; expired: was
            not used in time
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageInvitationPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        reference=reference,
        state=state,
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
    reference: None | str | Unset = UNSET,
    state: ListInvitationsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageInvitationPublic | Problem | None:
    """Invitations, newest first; their codes can't be shown again

     Invitations, newest first; their codes can't be shown again.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        state (ListInvitationsStateType0 | None | Unset): open: may still be used; expired: was
            not used in time
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageInvitationPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        reference=reference,
        state=state,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    reference: None | str | Unset = UNSET,
    state: ListInvitationsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageInvitationPublic | Problem]:
    """Invitations, newest first; their codes can't be shown again

     Invitations, newest first; their codes can't be shown again.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        state (ListInvitationsStateType0 | None | Unset): open: may still be used; expired: was
            not used in time
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageInvitationPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        reference=reference,
        state=state,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    reference: None | str | Unset = UNSET,
    state: ListInvitationsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageInvitationPublic | Problem | None:
    """Invitations, newest first; their codes can't be shown again

     Invitations, newest first; their codes can't be shown again.

    Roles: property, operator, platform.

    Args:
        estate (str):
        reference (None | str | Unset):
        state (ListInvitationsStateType0 | None | Unset): open: may still be used; expired: was
            not used in time
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageInvitationPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            reference=reference,
            state=state,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
