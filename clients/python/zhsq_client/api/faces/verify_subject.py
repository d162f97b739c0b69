from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.identify_request_form import IdentifyRequestForm
from ...models.problem import Problem
from ...models.subject_verification import SubjectVerification
from ...types import UNSET, Response


def _get_kwargs(
    estate: str,
    subject_id: str,
    *,
    body: IdentifyRequestForm,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/estates/{estate}/subjects/{subject_id}/verify".format(
            estate=quote(str(estate), safe=""),
            subject_id=quote(str(subject_id), safe=""),
        ),
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | SubjectVerification | None:
    if response.status_code == 200:
        response_200 = SubjectVerification.from_dict(response.json())

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
) -> Response[Problem | SubjectVerification]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    body: IdentifyRequestForm,
) -> Response[Problem | SubjectVerification]:
    """Whether a photo shows this enrolled person, as who presents a card says

     Whether a photo shows this enrolled person, as who presents a card says. The photo leaves nothing
    behind.

    Once the consent has ended nothing is compared. A probe that the device's policy refuses is no
    match; of no match no
    score is told, which could guide someone towards a picture that matches.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        subject_id (str):
        body (IdentifyRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SubjectVerification]
    """

    kwargs = _get_kwargs(
        estate=estate,
        subject_id=subject_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    body: IdentifyRequestForm,
) -> Problem | SubjectVerification | None:
    """Whether a photo shows this enrolled person, as who presents a card says

     Whether a photo shows this enrolled person, as who presents a card says. The photo leaves nothing
    behind.

    Once the consent has ended nothing is compared. A probe that the device's policy refuses is no
    match; of no match no
    score is told, which could guide someone towards a picture that matches.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        subject_id (str):
        body (IdentifyRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SubjectVerification
    """

    return sync_detailed(
        estate=estate,
        subject_id=subject_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    body: IdentifyRequestForm,
) -> Response[Problem | SubjectVerification]:
    """Whether a photo shows this enrolled person, as who presents a card says

     Whether a photo shows this enrolled person, as who presents a card says. The photo leaves nothing
    behind.

    Once the consent has ended nothing is compared. A probe that the device's policy refuses is no
    match; of no match no
    score is told, which could guide someone towards a picture that matches.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        subject_id (str):
        body (IdentifyRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SubjectVerification]
    """

    kwargs = _get_kwargs(
        estate=estate,
        subject_id=subject_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    estate: str,
    subject_id: str,
    *,
    client: AuthenticatedClient,
    body: IdentifyRequestForm,
) -> Problem | SubjectVerification | None:
    """Whether a photo shows this enrolled person, as who presents a card says

     Whether a photo shows this enrolled person, as who presents a card says. The photo leaves nothing
    behind.

    Once the consent has ended nothing is compared. A probe that the device's policy refuses is no
    match; of no match no
    score is told, which could guide someone towards a picture that matches.

    Roles: guard, property, operator, platform.

    Args:
        estate (str):
        subject_id (str):
        body (IdentifyRequestForm):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SubjectVerification
    """

    return (
        await asyncio_detailed(
            estate=estate,
            subject_id=subject_id,
            client=client,
            body=body,
        )
    ).parsed
