from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_devices_kind_type_0 import (
    ListDevicesKindType0,
    check_list_devices_kind_type_0,
)
from ...models.list_devices_liveness_type_0 import (
    ListDevicesLivenessType0,
    check_list_devices_liveness_type_0,
)
from ...models.list_devices_quality_type_0 import (
    ListDevicesQualityType0,
    check_list_devices_quality_type_0,
)
from ...models.page_device_public import PageDevicePublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    kind: ListDevicesKindType0 | None | Unset = UNSET,
    name_prefix: None | str | Unset = UNSET,
    liveness: ListDevicesLivenessType0 | None | Unset = UNSET,
    quality: ListDevicesQualityType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_kind: None | str | Unset
    if isinstance(kind, Unset):
        json_kind = UNSET
    elif isinstance(kind, str):
        json_kind = kind
    else:
        json_kind = kind
    params["kind"] = json_kind

    json_name_prefix: None | str | Unset
    if isinstance(name_prefix, Unset):
        json_name_prefix = UNSET
    else:
        json_name_prefix = name_prefix
    params["name_prefix"] = json_name_prefix

    json_liveness: None | str | Unset
    if isinstance(liveness, Unset):
        json_liveness = UNSET
    elif isinstance(liveness, str):
        json_liveness = liveness
    else:
        json_liveness = liveness
    params["liveness"] = json_liveness

    json_quality: None | str | Unset
    if isinstance(quality, Unset):
        json_quality = UNSET
    elif isinstance(quality, str):
        json_quality = quality
    else:
        json_quality = quality
    params["quality"] = json_quality

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
        "url": "/v1/estates/{estate}/devices".format(
            estate=quote(str(estate), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PageDevicePublic | Problem | None:
    if response.status_code == 200:
        response_200 = PageDevicePublic.from_dict(response.json())

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
) -> Response[PageDevicePublic | Problem]:
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
    kind: ListDevicesKindType0 | None | Unset = UNSET,
    name_prefix: None | str | Unset = UNSET,
    liveness: ListDevicesLivenessType0 | None | Unset = UNSET,
    quality: ListDevicesQualityType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageDevicePublic | Problem]:
    """The estate's devices, by name

     The estate's devices, by name.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        kind (ListDevicesKindType0 | None | Unset):
        name_prefix (None | str | Unset):
        liveness (ListDevicesLivenessType0 | None | Unset):
        quality (ListDevicesQualityType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDevicePublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        kind=kind,
        name_prefix=name_prefix,
        liveness=liveness,
        quality=quality,
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
    kind: ListDevicesKindType0 | None | Unset = UNSET,
    name_prefix: None | str | Unset = UNSET,
    liveness: ListDevicesLivenessType0 | None | Unset = UNSET,
    quality: ListDevicesQualityType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageDevicePublic | Problem | None:
    """The estate's devices, by name

     The estate's devices, by name.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        kind (ListDevicesKindType0 | None | Unset):
        name_prefix (None | str | Unset):
        liveness (ListDevicesLivenessType0 | None | Unset):
        quality (ListDevicesQualityType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDevicePublic | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        kind=kind,
        name_prefix=name_prefix,
        liveness=liveness,
        quality=quality,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    kind: ListDevicesKindType0 | None | Unset = UNSET,
    name_prefix: None | str | Unset = UNSET,
    liveness: ListDevicesLivenessType0 | None | Unset = UNSET,
    quality: ListDevicesQualityType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[PageDevicePublic | Problem]:
    """The estate's devices, by name

     The estate's devices, by name.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        kind (ListDevicesKindType0 | None | Unset):
        name_prefix (None | str | Unset):
        liveness (ListDevicesLivenessType0 | None | Unset):
        quality (ListDevicesQualityType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PageDevicePublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        kind=kind,
        name_prefix=name_prefix,
        liveness=liveness,
        quality=quality,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    kind: ListDevicesKindType0 | None | Unset = UNSET,
    name_prefix: None | str | Unset = UNSET,
    liveness: ListDevicesLivenessType0 | None | Unset = UNSET,
    quality: ListDevicesQualityType0 | None | Unset = UNSET,
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> PageDevicePublic | Problem | None:
    """The estate's devices, by name

     The estate's devices, by name.

    Roles: guard, property, operator, platform, auditor.

    Args:
        estate (str):
        kind (ListDevicesKindType0 | None | Unset):
        name_prefix (None | str | Unset):
        liveness (ListDevicesLivenessType0 | None | Unset):
        quality (ListDevicesQualityType0 | None | Unset):
        limit (int | Unset): rows at most Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PageDevicePublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            kind=kind,
            name_prefix=name_prefix,
            liveness=liveness,
            quality=quality,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
