from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.evidence_request_form import EvidenceRequestForm
from ...models.picture_public import PicturePublic
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    alert_id: str,
    *,
    body: EvidenceRequestForm,
    idempotency_key: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/alerts/{alert_id}/evidence".format(
            alert_id=quote(str(alert_id), safe=""),
        ),
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> PicturePublic | Problem | None:
    if response.status_code == 200:
        response_200 = PicturePublic.from_dict(response.json())

        return response_200

    if response.status_code == 201:
        response_201 = PicturePublic.from_dict(response.json())

        return response_201

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

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

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
) -> Response[PicturePublic | Problem]:
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
    body: EvidenceRequestForm,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[PicturePublic | Problem]:
    """Attach a picture

     Attach a picture. Its faces are hidden before anything of it is stored; the same bytes again change
    nothing (200).

    It is scaled to 1920 pixels at most and loses the place and device that a camera wrote into it.

    Roles: guard, property, operator, platform.

    Args:
        alert_id (str):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (EvidenceRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PicturePublic | Problem]
    """

    kwargs = _get_kwargs(
        alert_id=alert_id,
        body=body,
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
    body: EvidenceRequestForm,
    idempotency_key: None | str | Unset = UNSET,
) -> PicturePublic | Problem | None:
    """Attach a picture

     Attach a picture. Its faces are hidden before anything of it is stored; the same bytes again change
    nothing (200).

    It is scaled to 1920 pixels at most and loses the place and device that a camera wrote into it.

    Roles: guard, property, operator, platform.

    Args:
        alert_id (str):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (EvidenceRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PicturePublic | Problem
    """

    return sync_detailed(
        alert_id=alert_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    alert_id: str,
    *,
    client: AuthenticatedClient,
    body: EvidenceRequestForm,
    idempotency_key: None | str | Unset = UNSET,
) -> Response[PicturePublic | Problem]:
    """Attach a picture

     Attach a picture. Its faces are hidden before anything of it is stored; the same bytes again change
    nothing (200).

    It is scaled to 1920 pixels at most and loses the place and device that a camera wrote into it.

    Roles: guard, property, operator, platform.

    Args:
        alert_id (str):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (EvidenceRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PicturePublic | Problem]
    """

    kwargs = _get_kwargs(
        alert_id=alert_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    alert_id: str,
    *,
    client: AuthenticatedClient,
    body: EvidenceRequestForm,
    idempotency_key: None | str | Unset = UNSET,
) -> PicturePublic | Problem | None:
    """Attach a picture

     Attach a picture. Its faces are hidden before anything of it is stored; the same bytes again change
    nothing (200).

    It is scaled to 1920 pixels at most and loses the place and device that a camera wrote into it.

    Roles: guard, property, operator, platform.

    Args:
        alert_id (str):
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        body (EvidenceRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PicturePublic | Problem
    """

    return (
        await asyncio_detailed(
            alert_id=alert_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
