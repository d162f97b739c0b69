from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.resident_enrolled import ResidentEnrolled
from ...models.resident_enrolment_form import ResidentEnrolmentForm
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ResidentEnrolmentForm,
    idempotency_key: None | str | Unset = UNSET,
    x_resident_code: str | Unset = "",
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    if not isinstance(x_resident_code, Unset):
        headers["X-Resident-Code"] = x_resident_code

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/resident/enrolment",
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ResidentEnrolled | None:
    if response.status_code == 201:
        response_201 = ResidentEnrolled.from_dict(response.json())

        return response_201

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

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
) -> Response[Problem | ResidentEnrolled]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ResidentEnrolmentForm,
    idempotency_key: None | str | Unset = UNSET,
    x_resident_code: str | Unset = "",
) -> Response[Problem | ResidentEnrolled]:
    """Consent and enrol, by which the invitation is used up

     Consent and enrol, by which the invitation is used up. The photo is not kept.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.
        body (ResidentEnrolmentForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ResidentEnrolled]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        x_resident_code=x_resident_code,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ResidentEnrolmentForm,
    idempotency_key: None | str | Unset = UNSET,
    x_resident_code: str | Unset = "",
) -> Problem | ResidentEnrolled | None:
    """Consent and enrol, by which the invitation is used up

     Consent and enrol, by which the invitation is used up. The photo is not kept.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.
        body (ResidentEnrolmentForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ResidentEnrolled
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
        x_resident_code=x_resident_code,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ResidentEnrolmentForm,
    idempotency_key: None | str | Unset = UNSET,
    x_resident_code: str | Unset = "",
) -> Response[Problem | ResidentEnrolled]:
    """Consent and enrol, by which the invitation is used up

     Consent and enrol, by which the invitation is used up. The photo is not kept.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.
        body (ResidentEnrolmentForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ResidentEnrolled]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
        x_resident_code=x_resident_code,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ResidentEnrolmentForm,
    idempotency_key: None | str | Unset = UNSET,
    x_resident_code: str | Unset = "",
) -> Problem | ResidentEnrolled | None:
    """Consent and enrol, by which the invitation is used up

     Consent and enrol, by which the invitation is used up. The photo is not kept.

    Args:
        idempotency_key (None | str | Unset): makes the request safe to send again for 24 hours; a
            UUID is good
        x_resident_code (str | Unset): from the invitation, or from the enrolment Default: ''.
        body (ResidentEnrolmentForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ResidentEnrolled
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
            x_resident_code=x_resident_code,
        )
    ).parsed
