from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_consents_state_type_0 import (
    ListConsentsStateType0,
    check_list_consents_state_type_0,
)
from ...models.page_consent_public import PageConsentPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    subject_id: str,
    *,
    state: ListConsentsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

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
        "url": "/v1/estates/{estate}/subjects/{subject_id}/consents".format(
            estate=quote(str(estate), safe=""),
            subject_id=quote(str(subject_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageConsentPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PageConsentPublic.from_dict(response.json())

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
) -> Response[PageConsentPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    state: ListConsentsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageConsentPublic | Problem]:
    """The consents of a person, newest first

     The consents of a person, newest first. They outlive the person as proof, until their own retention
    ends.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject_id (str):
        state (ListConsentsStateType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageConsentPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        subject_id=subject_id,
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
    subject_id: str,
    *,
    client: AuthenticatedClient,
    state: ListConsentsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageConsentPublic | Problem | None:
    """The consents of a person, newest first

     The consents of a person, newest first. They outlive the person as proof, until their own retention
    ends.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject_id (str):
        state (ListConsentsStateType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageConsentPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        subject_id=subject_id,
        client=client,
        state=state,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    state: ListConsentsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageConsentPublic | Problem]:
    """The consents of a person, newest first

     The consents of a person, newest first. They outlive the person as proof, until their own retention
    ends.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject_id (str):
        state (ListConsentsStateType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageConsentPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        subject_id=subject_id,
        state=state,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    state: ListConsentsStateType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageConsentPublic | Problem | None:
    """The consents of a person, newest first

     The consents of a person, newest first. They outlive the person as proof, until their own retention
    ends.

    Roles: property, operator, platform, auditor.

    Args:
        estate (str):
        subject_id (str):
        state (ListConsentsStateType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageConsentPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            subject_id=subject_id,
            client=client,
            state=state,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
