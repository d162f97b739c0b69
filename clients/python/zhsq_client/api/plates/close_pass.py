from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.ballot_result import BallotResult
from ...models.problem import Problem
from ...types import UNSET, Response


def _get_kwargs(
    pass_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/plates/passes/{pass_id}/close".format(
            pass_id=quote(str(pass_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> BallotResult | Problem | None:
    if response.status_code == 200:
        response_200 = BallotResult.from_dict(response.json())

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
) -> Response[BallotResult | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    pass_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BallotResult | Problem]:
    """The final read, sure or not

     The final read, sure or not. The pass is forgotten.

    Roles: guard, property, operator, platform.

    Args:
        pass_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BallotResult | Problem]
    """

    kwargs = _get_kwargs(
        pass_id=pass_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    pass_id: str,
    *,
    client: AuthenticatedClient,
) -> BallotResult | Problem | None:
    """The final read, sure or not

     The final read, sure or not. The pass is forgotten.

    Roles: guard, property, operator, platform.

    Args:
        pass_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BallotResult | Problem
    """

    return sync_detailed(
        pass_id=pass_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    pass_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[BallotResult | Problem]:
    """The final read, sure or not

     The final read, sure or not. The pass is forgotten.

    Roles: guard, property, operator, platform.

    Args:
        pass_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BallotResult | Problem]
    """

    kwargs = _get_kwargs(
        pass_id=pass_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    pass_id: str,
    *,
    client: AuthenticatedClient,
) -> BallotResult | Problem | None:
    """The final read, sure or not

     The final read, sure or not. The pass is forgotten.

    Roles: guard, property, operator, platform.

    Args:
        pass_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BallotResult | Problem
    """

    return (
        await asyncio_detailed(
            pass_id=pass_id,
            client=client,
        )
    ).parsed
