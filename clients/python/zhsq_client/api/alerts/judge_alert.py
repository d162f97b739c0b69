from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.alert_public import AlertPublic
from ...models.judgement import Judgement
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    alert_id: str,
    *,
    body: Judgement,
    if_match: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_match, Unset):
        headers["if-match"] = if_match

    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/alerts/{alert_id}/verdict".format(
            alert_id=quote(str(alert_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AlertPublic | Problem | None:
    if response.status_code == 200:
        response_200 = AlertPublic.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

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
) -> Response[AlertPublic | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    alert_id: str,
    *,
    client: AuthenticatedClient,
    body: Judgement,
    if_match: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[AlertPublic | Problem]:
    """Say, or correct, whether a closed alert was true: it counts in the figures

     Say, or correct, whether a closed alert was true: it counts in the figures.

    Roles: property, operator.

    Args:
        alert_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (Judgement):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlertPublic | Problem]
    """

    kwargs = _get_kwargs(
        alert_id=alert_id,
        body=body,
        if_match=if_match,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    alert_id: str,
    *,
    client: AuthenticatedClient,
    body: Judgement,
    if_match: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> AlertPublic | Problem | None:
    """Say, or correct, whether a closed alert was true: it counts in the figures

     Say, or correct, whether a closed alert was true: it counts in the figures.

    Roles: property, operator.

    Args:
        alert_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (Judgement):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlertPublic | Problem
    """

    return sync_detailed(
        alert_id=alert_id,
        client=client,
        body=body,
        if_match=if_match,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    alert_id: str,
    *,
    client: AuthenticatedClient,
    body: Judgement,
    if_match: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[AlertPublic | Problem]:
    """Say, or correct, whether a closed alert was true: it counts in the figures

     Say, or correct, whether a closed alert was true: it counts in the figures.

    Roles: property, operator.

    Args:
        alert_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (Judgement):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AlertPublic | Problem]
    """

    kwargs = _get_kwargs(
        alert_id=alert_id,
        body=body,
        if_match=if_match,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    alert_id: str,
    *,
    client: AuthenticatedClient,
    body: Judgement,
    if_match: None | str | Unset = UNSET,
    idempotency_key: None | str | Unset = UNSET,
) -> AlertPublic | Problem | None:
    """Say, or correct, whether a closed alert was true: it counts in the figures

     Say, or correct, whether a closed alert was true: it counts in the figures.

    Roles: property, operator.

    Args:
        alert_id (str):
        if_match (None | str | Unset): the ETag that was read; the change is refused with 412 if
            someone else was first
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (Judgement):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AlertPublic | Problem
    """

    return (
        await asyncio_detailed(
            alert_id=alert_id,
            client=client,
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
    ).parsed
