from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.estate_change import EstateChange
from ...models.estate_public import EstatePublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    estate: str,
    *,
    body: EstateChange,
    if_match: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match

    _kwargs: dict[str, Any] = {
        "method": "patch",
        "url": "/v1/estates/{estate}".format(
            estate=quote(str(estate), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> EstatePublic | Problem | None:
    if response.status_code == 200:
        response_200 = EstatePublic.from_dict(response.json())

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

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
) -> Response[EstatePublic | Problem]:
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
    body: EstateChange,
    if_match: None | str | Unset = UNSET,
) -> Response[EstatePublic | Problem]:
    """Change its name, which residents read on the enrolment page

     Change its name, which residents read on the enrolment page.

    Roles: operator, platform.

    Args:
        estate (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (EstateChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EstatePublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        body=body,
        if_match=if_match,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    *,
    client: AuthenticatedClient,
    body: EstateChange,
    if_match: None | str | Unset = UNSET,
) -> EstatePublic | Problem | None:
    """Change its name, which residents read on the enrolment page

     Change its name, which residents read on the enrolment page.

    Roles: operator, platform.

    Args:
        estate (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (EstateChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EstatePublic | Problem
    """

    return sync_detailed(
        estate=estate,
        client=client,
        body=body,
        if_match=if_match,
    ).parsed


async def asyncio_detailed(
    estate: str,
    *,
    client: AuthenticatedClient,
    body: EstateChange,
    if_match: None | str | Unset = UNSET,
) -> Response[EstatePublic | Problem]:
    """Change its name, which residents read on the enrolment page

     Change its name, which residents read on the enrolment page.

    Roles: operator, platform.

    Args:
        estate (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (EstateChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EstatePublic | Problem]
    """

    kwargs = _get_kwargs(
        estate=estate,
        body=body,
        if_match=if_match,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    *,
    client: AuthenticatedClient,
    body: EstateChange,
    if_match: None | str | Unset = UNSET,
) -> EstatePublic | Problem | None:
    """Change its name, which residents read on the enrolment page

     Change its name, which residents read on the enrolment page.

    Roles: operator, platform.

    Args:
        estate (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        body (EstateChange):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EstatePublic | Problem
    """

    return (
        await asyncio_detailed(
            estate=estate,
            client=client,
            body=body,
            if_match=if_match,
        )
    ).parsed
