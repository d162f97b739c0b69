from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_permits_kind_type_0 import (
    ListPermitsKindType0,
    check_list_permits_kind_type_0,
)
from ...models.list_permits_state_type_0 import (
    ListPermitsStateType0,
    check_list_permits_state_type_0,
)
from ...models.page_permit_public import PagePermitPublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    vehicle: None | str | Unset = UNSET,
    kind: ListPermitsKindType0 | None | Unset = UNSET,
    state: ListPermitsStateType0 | None | Unset = UNSET,
    reference: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_vehicle: None | str | Unset
    if isinstance(vehicle, Unset):
        json_vehicle = UNSET
    else:
        json_vehicle = vehicle
    params["vehicle"] = json_vehicle

    json_kind: None | str | Unset
    if isinstance(kind, Unset):
        json_kind = UNSET
    elif isinstance(kind, str):
        json_kind = kind
    else:
        json_kind = kind
    params["kind"] = json_kind

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, str):
        json_state = state
    else:
        json_state = state
    params["state"] = json_state

    json_reference: None | str | Unset
    if isinstance(reference, Unset):
        json_reference = UNSET
    else:
        json_reference = reference
    params["reference"] = json_reference

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
        "url": "/v1/estates/{estate}/permits".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PagePermitPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PagePermitPublic.from_dict(response.json())

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
) -> Response[PagePermitPublic | Problem]:
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
    vehicle: None | str | Unset = UNSET,
    kind: ListPermitsKindType0 | None | Unset = UNSET,
    state: ListPermitsStateType0 | None | Unset = UNSET,
    reference: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PagePermitPublic | Problem]:
    """The estate's permits, newest first

     The estate's permits, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        vehicle (None | str | Unset):
        kind (ListPermitsKindType0 | None | Unset):
        state (ListPermitsStateType0 | None | Unset):
        reference (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PagePermitPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        vehicle=vehicle,
        kind=kind,
        state=state,
        reference=reference,
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
    vehicle: None | str | Unset = UNSET,
    kind: ListPermitsKindType0 | None | Unset = UNSET,
    state: ListPermitsStateType0 | None | Unset = UNSET,
    reference: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PagePermitPublic | Problem | None:
    """The estate's permits, newest first

     The estate's permits, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        vehicle (None | str | Unset):
        kind (ListPermitsKindType0 | None | Unset):
        state (ListPermitsStateType0 | None | Unset):
        reference (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PagePermitPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        vehicle=vehicle,
        kind=kind,
        state=state,
        reference=reference,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    vehicle: None | str | Unset = UNSET,
    kind: ListPermitsKindType0 | None | Unset = UNSET,
    state: ListPermitsStateType0 | None | Unset = UNSET,
    reference: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PagePermitPublic | Problem]:
    """The estate's permits, newest first

     The estate's permits, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        vehicle (None | str | Unset):
        kind (ListPermitsKindType0 | None | Unset):
        state (ListPermitsStateType0 | None | Unset):
        reference (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PagePermitPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        vehicle=vehicle,
        kind=kind,
        state=state,
        reference=reference,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    vehicle: None | str | Unset = UNSET,
    kind: ListPermitsKindType0 | None | Unset = UNSET,
    state: ListPermitsStateType0 | None | Unset = UNSET,
    reference: None | str | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PagePermitPublic | Problem | None:
    """The estate's permits, newest first

     The estate's permits, newest first.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        vehicle (None | str | Unset):
        kind (ListPermitsKindType0 | None | Unset):
        state (ListPermitsStateType0 | None | Unset):
        reference (None | str | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PagePermitPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            vehicle=vehicle,
            kind=kind,
            state=state,
            reference=reference,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
