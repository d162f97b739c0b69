from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.read_own_record_response_read_own_record import (
    ReadOwnRecordResponseReadOwnRecord,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    x_resident_code: str | Unset = "",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_resident_code, Unset):
        headers["X-Resident-Code"] = x_resident_code

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/resident/record",
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ReadOwnRecordResponseReadOwnRecord | None:
    if response.status_code == 200:
        response_200 = ReadOwnRecordResponseReadOwnRecord.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | ReadOwnRecordResponseReadOwnRecord]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Response[Problem | ReadOwnRecordResponseReadOwnRecord]:
    """Everything that is stored of the resident, receipts of erasure too

     Everything that is stored of the resident, receipts of erasure too.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadOwnRecordResponseReadOwnRecord]
    """

    kwargs = _get_kwargs(
        x_resident_code=x_resident_code,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Problem | ReadOwnRecordResponseReadOwnRecord | None:
    """Everything that is stored of the resident, receipts of erasure too

     Everything that is stored of the resident, receipts of erasure too.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadOwnRecordResponseReadOwnRecord
    """

    return sync_detailed(
        client=client,
        x_resident_code=x_resident_code,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Response[Problem | ReadOwnRecordResponseReadOwnRecord]:
    """Everything that is stored of the resident, receipts of erasure too

     Everything that is stored of the resident, receipts of erasure too.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadOwnRecordResponseReadOwnRecord]
    """

    kwargs = _get_kwargs(
        x_resident_code=x_resident_code,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    x_resident_code: str | Unset = "",
) -> Problem | ReadOwnRecordResponseReadOwnRecord | None:
    """Everything that is stored of the resident, receipts of erasure too

     Everything that is stored of the resident, receipts of erasure too.

    Args:
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadOwnRecordResponseReadOwnRecord
    """

    return (
        await asyncio_detailed(
            client=client,
            x_resident_code=x_resident_code,
        )
    ).parsed
