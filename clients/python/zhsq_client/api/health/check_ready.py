from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.check_ready_response_check_ready import CheckReadyResponseCheckReady
from ...models.problem import Problem
from ...types import UNSET, Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/health/ready",
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CheckReadyResponseCheckReady | Problem | None:
    if response.status_code == 200:
        response_200 = CheckReadyResponseCheckReady.from_dict(response.json())

        return response_200

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
) -> Response[CheckReadyResponseCheckReady | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[CheckReadyResponseCheckReady | Problem]:
    """The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss

     The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss.

    'degraded' where Triton fails: models run in this process (`fallback`), or their routes answer 503;
    and where the
    machine's clock was set back: no time before the newest one seen is taken. All else is served.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CheckReadyResponseCheckReady | Problem]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> CheckReadyResponseCheckReady | Problem | None:
    """The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss

     The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss.

    'degraded' where Triton fails: models run in this process (`fallback`), or their routes answer 503;
    and where the
    machine's clock was set back: no time before the newest one seen is taken. All else is served.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CheckReadyResponseCheckReady | Problem
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[CheckReadyResponseCheckReady | Problem]:
    """The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss

     The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss.

    'degraded' where Triton fails: models run in this process (`fallback`), or their routes answer 503;
    and where the
    machine's clock was set back: no time before the newest one seen is taken. All else is served.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CheckReadyResponseCheckReady | Problem]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> CheckReadyResponseCheckReady | Problem | None:
    """The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss

     The store answers and both models are loaded; which versions, where they run, what is on trial, what
    is amiss.

    'degraded' where Triton fails: models run in this process (`fallback`), or their routes answer 503;
    and where the
    machine's clock was set back: no time before the newest one seen is taken. All else is served.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CheckReadyResponseCheckReady | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
