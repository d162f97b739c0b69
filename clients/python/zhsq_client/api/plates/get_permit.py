from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.permit_public import PermitPublic
from ...models.problem import Problem
from ...types import UNSET, Response


def _get_kwargs(
    estate: str,
    permit_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/estates/{estate}/permits/{permit_id}".format(
            estate=quote(str(estate), safe=""),
            permit_id=quote(str(permit_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PermitPublic | Problem | None:
    if response.status_code == 200:
        response_200 = PermitPublic.from_dict(response.json())

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
) -> Response[PermitPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    permit_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[PermitPublic | Problem]:
    """One permit

     One permit.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        permit_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PermitPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        permit_id=permit_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    permit_id: str,
    *,
    client: AuthenticatedClient,
) -> PermitPublic | Problem | None:
    """One permit

     One permit.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        permit_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PermitPublic | Problem
    """

    return sync_detailed(
        estate=estate,
        permit_id=permit_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    estate: str,
    permit_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[PermitPublic | Problem]:
    """One permit

     One permit.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        permit_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PermitPublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        permit_id=permit_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    permit_id: str,
    *,
    client: AuthenticatedClient,
) -> PermitPublic | Problem | None:
    """One permit

     One permit.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        permit_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PermitPublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            permit_id=permit_id,
            client=client,
        )
    ).parsed
